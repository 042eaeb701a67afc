// The link of a group: copied, or handed to the device's own way of sharing.
const SHOWN_MS = 2500;

function tell(button) {
  const label = button.querySelector("span");
  const words = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => {
    label.textContent = words;
  }, SHOWN_MS);
}

document.addEventListener("click", async (event) => {
  const field = document.querySelector("#invite-link");
  const copy = event.target.closest("[data-copy-link]");
  const share = event.target.closest("[data-share-link]");
  if (!field || (!copy && !share)) return;
  try {
    if (share && navigator.share) {
      await navigator.share({ title: share.dataset.title, url: field.value });
      return;
    }
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select();
    return;
  }
  const button = document.querySelector("[data-copy-link]");
  if (button) tell(button);
});
