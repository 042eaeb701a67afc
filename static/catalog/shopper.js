// What a shopper's own browser knows: wishes (a cookie), what was looked at and what is compared (local storage).
const RECENT = "recent";
const COMPARED = "compared";
const MOST_RECENT = 12;
const MOST_COMPARED = 4;

function read(name) {
  try {
    const list = JSON.parse(localStorage.getItem(name) ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

function write(name, list) {
  try {
    localStorage.setItem(name, JSON.stringify(list));
  } catch {}
}

function listWishes() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("wishes="));
  return new Set((cookie?.slice(7).replace(/^"?(a\.)?/, "").replace(/"$/, "") ?? "").split("."));
}

function paintHearts() {
  const wishes = listWishes();
  for (const form of document.querySelectorAll("[data-wish]")) {
    const isWished = wishes.has(form.dataset.wish);
    form.querySelector("button").setAttribute("aria-pressed", isWished);
    form.elements.action.value = isWished ? "remove" : "add";
  }
}

// The link carries what was chosen before, so the page it leads to works without a script and can be sent on.
function prepareComparing() {
  const shown = document.querySelectorAll("[data-compared-slug]");
  const isOnPage = document.querySelector("[data-compared]") || location.pathname.endsWith("/compare/");
  if (isOnPage) write(COMPARED, Array.from(shown, (link) => link.dataset.comparedSlug));
  for (const link of document.querySelectorAll("[data-compare]")) {
    const slug = link.dataset.compare;
    const slugs = [slug, ...read(COMPARED).filter((one) => one !== slug)].slice(0, MOST_COMPARED);
    const query = new URLSearchParams(slugs.map((one) => ["p", one]));
    link.href = `${link.pathname}?${query}`;
  }
}

function showRecent() {
  const place = document.querySelector("[data-recent]");
  if (!place) return;
  const here = Number(place.dataset.product);
  const before = read(RECENT).filter((one) => Number.isInteger(one) && one !== here);
  write(RECENT, [here, ...before].slice(0, MOST_RECENT));
  if (!before.length) return;
  const watcher = new IntersectionObserver(async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    const answer = await fetch(`${place.dataset.recent}?p=${before.slice(0, 8).join(".")}`, { headers: { "HX-Request": "true" } });
    const cards = answer.ok ? (await answer.text()).trim() : "";
    if (!cards) return;
    place.querySelector("[data-cards]").innerHTML = cards;
    place.hidden = false;
  }, { rootMargin: "600px" });
  watcher.observe(place.previousElementSibling ?? document.body);
}

async function share(button) {
  const what = { title: button.dataset.title, url: location.href.split("#")[0] };
  try {
    if (navigator.share) {
      await navigator.share(what);
      return;
    }
    await navigator.clipboard.writeText(what.url);
  } catch {
    return;
  }
  const label = button.querySelector("span");
  const words = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => {
    label.textContent = words;
  }, 2500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-share]");
  if (button) share(button);
});
// A new heart carries its own state; the cookie came with it.
document.addEventListener("htmx:afterSwap", paintHearts);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  paintHearts();
  prepareComparing();
});

paintHearts();
prepareComparing();
showRecent();
