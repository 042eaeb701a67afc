// Plus and minus around a number field. The field alone works without this.
function change(stepper, by) {
  const field = stepper.querySelector("input");
  const low = Number(field.min || 0);
  const high = Number(field.max || Infinity);
  const next = Math.min(high, Math.max(low, Number(field.value || low) + by));
  if (next === Number(field.value)) return;
  field.value = next;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  showLimits(stepper);
}

function showLimits(stepper) {
  const field = stepper.querySelector("input");
  const [minus, plus] = stepper.querySelectorAll("button");
  minus.disabled = Number(field.value) <= Number(field.min || 0);
  plus.disabled = field.max !== "" && Number(field.value) >= Number(field.max);
}

export function setUpSteppers() {
  for (const stepper of document.querySelectorAll(".stepper:not([data-ready])")) {
    stepper.dataset.ready = "";
    const [minus, plus] = stepper.querySelectorAll("button");
    if (!plus) continue;
    minus.addEventListener("click", () => change(stepper, -1));
    plus.addEventListener("click", () => change(stepper, 1));
    stepper.querySelector("input").addEventListener("input", () => showLimits(stepper));
    showLimits(stepper);
  }
}
