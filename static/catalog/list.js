// "Load more" puts a page below the others: the focus goes to the first new product, so that nobody is lost.
let seen = 0;

function listLinks() {
  return document.querySelectorAll("#results .product-card a");
}

// What is left empty is not part of the address that is kept and shared.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "filters") return;
  for (const name of ["min", "max"]) {
    if (event.detail.formData.get(name) === "") event.detail.formData.delete(name);
  }
});
document.addEventListener("htmx:beforeSwap", () => {
  seen = listLinks().length;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.detail.requestConfig.elt.matches("[data-more]")) return;
  listLinks()[seen]?.focus({ preventScroll: true });
});
