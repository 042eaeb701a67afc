// Picks the variant that belongs to the chosen options and shows its price, availability and picture without a reload.
// The variants stand in <script type="application/json" data-variants> as
// [{sku, options: {group: value}, price, compareAt, lowest, available, availability, tone, slide, max}].
import { showSlide } from "./gallery.js";

function chosenOptions(form) {
  const chosen = {};
  for (const input of form.querySelectorAll("[data-option]:checked")) chosen[input.dataset.option] = input.value;
  return chosen;
}

function fits(variant, options) {
  return Object.entries(options).every(([group, value]) => variant.options[group] === value);
}

// An option is struck through when every variant that has it, with the other choices kept, is sold out.
function strikeSoldOut(form, variants, chosen) {
  for (const input of form.querySelectorAll("[data-option]")) {
    const wanted = { ...chosen, [input.dataset.option]: input.value };
    const reachable = variants.some((variant) => variant.available && fits(variant, wanted));
    const option = input.closest(".option");
    option.classList.toggle("option--out", !reachable);
    const note = option.querySelector("[data-sold-out]");
    if (note) note.hidden = reachable;
  }
}

function fill(selector, text) {
  for (const place of document.querySelectorAll(selector)) {
    place.textContent = text;
    place.hidden = !text;
  }
}

function showPrice(variant) {
  fill("[data-price-now]", variant.price);
  fill("[data-price-was]", variant.compareAt);
  fill("[data-price-lowest]", variant.lowest);
  for (const price of document.querySelectorAll("[data-price]")) {
    price.classList.toggle("price--sale", Boolean(variant.compareAt));
    const label = price.querySelector("[data-was-label]");
    if (label) label.hidden = !variant.compareAt;
  }
}

function showAvailability(form, variant) {
  for (const line of document.querySelectorAll("[data-availability]")) {
    line.textContent = variant.availability;
    line.className = `availability tone-${variant.tone}`;
  }
  const buttons = document.querySelectorAll(`[data-buy], [form="${form.id}"][type="submit"]`);
  for (const button of buttons) {
    button.disabled = !variant.available;
    button.textContent = variant.available ? button.dataset.labelBuy : button.dataset.labelOut;
  }
  form.querySelector("[data-quantity]")?.classList.toggle("is-out", !variant.available);
  const quantity = form.querySelector("[name=quantity]");
  if (quantity && variant.max) {
    quantity.max = variant.max;
    if (Number(quantity.value) > variant.max) quantity.value = variant.max;
    quantity.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function showChoice(form, variants, moved) {
  const chosen = chosenOptions(form);
  strikeSoldOut(form, variants, chosen);
  for (const label of form.querySelectorAll("[data-chosen]")) {
    const input = form.querySelector(`[data-option="${label.dataset.chosen}"]:checked`);
    label.textContent = input?.dataset.label ?? "";
  }
  const variant = variants.find((one) => fits(one, chosen));
  if (!variant) return;
  form.querySelector("[name=sku]").value = variant.sku;
  showPrice(variant);
  showAvailability(form, variant);
  fill("[data-sku]", variant.sku);
  const gallery = document.querySelector(".gallery");
  if (moved && gallery && variant.slide) showSlide(gallery, variant.slide);
}

for (const form of document.querySelectorAll("form[data-product]")) {
  const variants = JSON.parse(form.querySelector("[data-variants]").textContent);
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-option]")) showChoice(form, variants, true);
  });
  showChoice(form, variants, false);
}
