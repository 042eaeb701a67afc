// The back office's own touches: numbers beside the navigation, and what a chart's day says.
const COUNTS_EVERY_MS = 60000;

// The page's policy refuses the style sheet that the library would write into it.
if (window.htmx) htmx.config.includeIndicatorStyles = false;

async function showCounts() {
  const list = document.querySelector("[data-counts]");
  if (!list || document.hidden) return;
  const answer = await fetch(list.dataset.counts, { headers: { Accept: "application/json" } });
  if (!answer.ok || !answer.headers.get("Content-Type").startsWith("application/json")) return;
  const counts = await answer.json();
  for (const place of document.querySelectorAll("[data-count]")) {
    const count = counts[place.dataset.count] || 0;
    place.textContent = count > 999 ? "999+" : count;
    place.hidden = !count;
  }
}

function readDay(event) {
  const day = event.target.closest?.("[data-label]");
  const chart = event.target.closest?.("[data-chart]");
  if (!chart) return;
  const note = chart.querySelector("[data-chart-note]");
  note.dataset.words ??= note.textContent;
  note.textContent = day && event.type !== "pointerleave" ? day.dataset.label : note.dataset.words;
}

// The library's search follows the row that the arrows chose, and fails when none was: Enter then means the first.
function followFirst(event) {
  if (event.key !== "Enter" || event.target.id !== "search-input-command") return;
  if (document.querySelector("#command-results .active")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const link = document.querySelector("#command-results a");
  if (link) window.location.assign(link.href);
}

// One box for all of a page: for each by itself, nothing is needed.
function chooseAll(event) {
  const label = event.currentTarget;
  const boxes = label.closest("form").querySelectorAll(`input[name="${label.dataset.chooseAll}"]`);
  for (const box of boxes) box.checked = event.target.checked;
}

document.addEventListener("keydown", followFirst, true);
document.addEventListener("DOMContentLoaded", () => {
  showCounts();
  setInterval(showCounts, COUNTS_EVERY_MS);
  for (const chart of document.querySelectorAll("[data-chart]")) {
    chart.addEventListener("pointerover", readDay);
    chart.addEventListener("pointerleave", readDay);
  }
  for (const label of document.querySelectorAll("[data-choose-all]")) {
    label.hidden = false;
    label.addEventListener("change", chooseAll);
  }
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
});
