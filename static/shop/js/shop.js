// Entry module: what every page needs. Behaviour hangs on data attributes and survives htmx swaps by delegation.
import { setUpSteppers } from "./stepper.js";
import { setUpToasts } from "./toast.js";

const root = document.documentElement;

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function showTheme() {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) button.setAttribute("aria-pressed", isDark());
}

function toggleTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {}
  showTheme();
}

function closeMenus(except) {
  for (const panel of document.querySelectorAll("[data-menu] details[open]")) {
    if (!panel.contains(except)) panel.open = false;
  }
}

// The menu panels cover the page from 64rem; below that they are an accordion in a sheet and stay open.
const menusCover = matchMedia("(width >= 64rem)");

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("[data-theme-toggle]")) toggleTheme();
  if (target.closest("[data-print]")) print();
  if (menusCover.matches) closeMenus(target);
  const opener = target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  if (target.closest("[data-closes]") || target.matches("dialog[open]")) target.closest("dialog")?.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menusCover.matches) return;
  const open = document.querySelector("[data-menu] details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("focusin", (event) => {
  if (menusCover.matches) closeMenus(event.target);
});

// A select or a filter that submits its own form; with htmx on the form it swaps, without it loads the page.
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-autosubmit]")) event.target.form?.requestSubmit();
});

// A second press on a submit button must not send a form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  // getAttribute, because a field called "method" hides form.method.
  if (form.getAttribute("method") !== "post" || form.matches("[hx-post], [data-resend]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.classList.add("is-loading");
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".is-loading")) button.classList.remove("is-loading");
});

// The cart count arrives in the header; the bars of a phone repeat it.
function repeatCount() {
  const source = document.querySelector("[data-cart-count]");
  if (!source) return;
  const count = source.textContent.trim();
  for (const place of document.querySelectorAll("[data-cart-count], [data-cart-count-copy]")) {
    if (place.textContent !== count) place.textContent = count;
  }
}

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:afterSettle", () => {
  repeatCount();
  setUp();
});
// An error page with a useful body (a form refused with 422, a sold-out answer with 409) is shown in place.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// A part that renews itself keeps what the reader has opened, and where the focus and the scrolling were.
let kept = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  const { name, value, id } = document.activeElement;
  const sheet = target?.querySelector?.("[popover]:popover-open");
  kept = {
    details: Array.from(target?.querySelectorAll?.("details[id]") ?? [], (one) => [one.id, one.open]),
    focus: name && !id && target?.contains(document.activeElement) ? [name, value] : null,
    form: target?.contains(document.activeElement) && document.activeElement.closest("form")?.getAttribute("action"),
    sheet: sheet && [sheet.id, sheet.scrollTop],
  };
});
document.addEventListener("htmx:afterSwap", () => {
  for (const [id, open] of kept?.details ?? []) {
    const again = document.getElementById(id);
    if (again) again.open = open;
  }
  if (kept?.sheet) {
    const sheet = document.getElementById(kept.sheet[0]);
    sheet?.classList.add("sheet--still");
    sheet?.showPopover();
    if (sheet) sheet.scrollTop = kept.sheet[1];
  }
  if (kept?.focus) {
    const [name, value] = kept.focus.map((text) => CSS.escape(text));
    document.querySelector(`[name="${name}"][value="${value}"]`)?.focus({ preventScroll: true });
  }
  if (kept?.form && document.activeElement === document.body) goOn(kept.form);
  kept = null;
});

// The button that was pressed went with its part: go on at the first error, at the same form, or at what comes after it.
function goOn(action) {
  const form = document.querySelector(`form[action="${CSS.escape(action)}"]`);
  const next = form?.querySelector("[aria-invalid=true], [type=submit]:not([name])") ?? document.querySelector("[data-next]");
  next?.focus();
}

function setUp() {
  setUpSteppers();
  setUpToasts();
}

showTheme();
setUp();
