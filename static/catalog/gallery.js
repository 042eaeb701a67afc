// The track scrolls by itself; this marks the thumbnail in view and opens the large picture in a dialog.
function markThumb(gallery, id) {
  for (const thumb of gallery.querySelectorAll(".gallery__thumbs a")) {
    thumb.setAttribute("aria-current", thumb.hash === `#${id}`);
  }
}

export function showSlide(gallery, id) {
  const slide = document.getElementById(id);
  if (!slide || !gallery.contains(slide)) return;
  const track = slide.parentElement;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  track.scrollTo({ left: slide.offsetLeft - track.offsetLeft, behavior: calm ? "auto" : "smooth" });
  markThumb(gallery, id);
}

function enlarge(gallery, link) {
  const picture = gallery.querySelector("dialog img");
  picture.src = link.href;
  picture.alt = link.querySelector("img")?.alt ?? "";
}

// The dialog closes by Escape and by its button; arrows turn to the next picture.
function setUpZoom(gallery) {
  const dialog = gallery.querySelector("dialog");
  const links = [...gallery.querySelectorAll("[data-zoom]")];
  let at = 0;
  gallery.addEventListener("click", (event) => {
    const link = event.target.closest("[data-zoom]");
    if (!link) return;
    event.preventDefault();
    at = links.indexOf(link);
    enlarge(gallery, link);
    dialog.showModal();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    at = (at + step + links.length) % links.length;
    enlarge(gallery, links[at]);
  });
}

function setUpGallery(gallery) {
  const track = gallery.querySelector(".gallery__track");
  if (!track) return; // a product without a picture
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting) markThumb(gallery, entry.target.id);
    },
    { root: track, threshold: 0.6 },
  );
  for (const slide of track.children) watcher.observe(slide);
  gallery.addEventListener("click", (event) => {
    const thumb = event.target.closest(".gallery__thumbs a");
    if (!thumb) return;
    event.preventDefault();
    showSlide(gallery, thumb.hash.slice(1));
  });
  setUpZoom(gallery);
}

for (const gallery of document.querySelectorAll(".gallery")) setUpGallery(gallery);
