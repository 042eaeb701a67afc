// Messages leave after a while, unless they are errors or the pointer rests on them.
const STAY_MS = 6000;

function dismissLater(toast) {
  let timer = setTimeout(() => toast.remove(), STAY_MS);
  const hold = () => clearTimeout(timer);
  const release = () => {
    hold();
    timer = setTimeout(() => toast.remove(), STAY_MS);
  };
  for (const kind of ["pointerenter", "focusin"]) toast.addEventListener(kind, hold);
  for (const kind of ["pointerleave", "focusout"]) toast.addEventListener(kind, release);
}

export function setUpToasts() {
  for (const toast of document.querySelectorAll(".toast:not([data-ready])")) {
    toast.dataset.ready = "";
    toast.querySelector("button")?.addEventListener("click", () => toast.remove());
    if (!toast.matches("[data-stays]")) dismissLater(toast);
  }
}
