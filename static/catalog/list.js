// "Load more" puts a page below the others: the focus goes to the first new product, so that nobody is lost.
let seen = 0;

function listLinks() {
  return document.querySelectorAll("#results .product-card a");
}

document.addEventListener("htmx:beforeSwap", () => {
  seen = listLinks().length;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.detail.requestConfig.elt.matches("[data-more]")) return;
  listLinks()[seen]?.focus({ preventScroll: true });
});
