// The search field suggests while somebody types (a combobox with a list of links), and results count what was opened.
const WAIT = 120;

function setUpSuggestions(input) {
  const form = input.form;
  const list = document.createElement("div");
  list.id = "search-suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestLabel);
  form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", "aria-haspopup": "listbox",
  })) input.setAttribute(name, value);

  const kept = new Map();
  let timer = 0;
  let asked = null;
  let active = -1;
  let shown = "";

  // Its look is fetched when somebody turns to the field: most pages are read without a search.
  input.addEventListener("focus", () => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: input.dataset.suggestStyle });
    document.head.append(style);
  }, { once: true });

  const options = () => [...list.querySelectorAll("[role=option]")];

  function mark(index) {
    const all = options();
    active = all.length ? (index + all.length + 1) % (all.length + 1) : -1;
    if (active === all.length) active = -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", place === active));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  }

  function open(html) {
    list.innerHTML = html;
    const isOpen = options().length > 0;
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", isOpen);
    mark(-1);
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  async function ask() {
    const term = input.value.trim();
    if (!term) return close();
    if (term === shown && list.childElementCount) return open(list.innerHTML);
    if (!kept.has(term)) {
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(term)}`, { signal: asked.signal });
        if (!answer.ok) return undefined;
        kept.set(term, await answer.text());
      } catch {
        return undefined;
      }
    }
    if (term !== input.value.trim() || document.activeElement !== input) return undefined;
    shown = term;
    return open(kept.get(term));
  }

  input.addEventListener("input", (event) => {
    // A Chinese input method is still composing: the letters are not yet the words.
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? options().length - 1 : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      options()[active].click();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  // Pressing on an option must not take the focus from the field before the click arrives.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  form.addEventListener("submit", close);
}

function note(fields) {
  const place = document.querySelector("[data-search-note]");
  const body = new URLSearchParams({ token: place.dataset.searchNote, ...fields });
  fetch(place.dataset.noteUrl, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
}

for (const input of document.querySelectorAll("[data-suggest]")) setUpSuggestions(input);

const asksForPrivacy = navigator.globalPrivacyControl || navigator.doNotTrack === "1";
if (document.querySelector("[data-search-note]") && !asksForPrivacy) {
  // Once per search and visit: filters, pages and the way back are no new search.
  const token = document.querySelector("[data-search-note]").dataset.searchNote;
  let isNew = true;
  let isCounted = Math.random() < Number(document.querySelector("[data-search-note]").dataset.noteShare);
  try {
    const known = JSON.parse(sessionStorage.getItem("search-note") ?? "null");
    isNew = known?.token !== token;
    if (!isNew) isCounted = known.isCounted;
    sessionStorage.setItem("search-note", JSON.stringify({ token, isCounted }));
  } catch {}
  if (isNew && isCounted) note({});
  document.addEventListener("click", (event) => {
    if (!isCounted) return;
    const link = event.target.closest("#results .product-card a");
    if (!link) return;
    const cards = [...document.querySelectorAll("#results .product-card")];
    const start = Number(document.querySelector("#results [data-start]")?.dataset.start ?? 0);
    const slug = decodeURIComponent(new URL(link.href).pathname.replace(/\/$/, "").split("/").pop());
    note({ slug, position: start + cards.indexOf(link.closest(".product-card")) + 1 });
  });
}
