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

function openZoom(gallery, link) {
  const dialog = gallery.querySelector("dialog");
  const picture = dialog.querySelector("img");
  picture.src = link.href;
  picture.alt = link.querySelector("img")?.alt ?? "";
  dialog.showModal();
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
    const large = event.target.closest("[data-zoom]");
    if (!thumb && !large) return;
    event.preventDefault();
    if (thumb) showSlide(gallery, thumb.hash.slice(1));
    else openZoom(gallery, large);
  });
}

export function setUpGalleries() {
  for (const gallery of document.querySelectorAll(".gallery:not([data-ready])")) {
    gallery.dataset.ready = "";
    setUpGallery(gallery);
  }
}
