// The warehouse floor: a scanner types and sends Enter; the camera reads too. All works without this.
import { readPicture } from "./barcodes.js";

const SCAN_EVERY_MS = 150;

function fieldsAfter(field) {
  const fields = [...field.form.querySelectorAll("input:not([type=hidden]), select")];
  return fields.slice(fields.indexOf(field) + 1);
}

// Enter in a scan field goes on to the next empty field to scan or to count in, and sends the form when there is none.
function goOn(field) {
  if ("submits" in field.dataset) return field.form.requestSubmit();
  const next = fieldsAfter(field).find((other) => ("scan" in other.dataset || other.type === "number") && !other.value);
  if (next) return next.focus();
  const number = fieldsAfter(field).find((other) => other.type === "number");
  if (number) {
    number.focus();
    return number.select();
  }
  return field.form.requestSubmit();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-scan]") || !event.target.value) return;
  event.preventDefault();
  goOn(event.target);
});

// The browser's own detector where there is one (QR codes too), else ours (Code 128, EAN, UPC).
function openDetector() {
  if ("BarcodeDetector" in window) {
    const own = new BarcodeDetector();
    return async (video) => (await own.detect(video))[0]?.rawValue;
  }
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (!video.videoWidth) return null;
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    context.drawImage(video, 0, 0);
    return readPicture(context.getImageData(0, 0, canvas.width, canvas.height));
  };
}

function openCameraBox(stream) {
  const box = document.createElement("div");
  const video = document.createElement("video");
  const stop = document.createElement("button");
  box.className = "camera";
  stop.className = "go";
  stop.type = "button";
  stop.textContent = "×";
  stop.setAttribute("aria-label", document.body.dataset.cameraStop);
  video.playsInline = true;
  video.muted = true;
  video.srcObject = stream;
  box.append(video, stop);
  document.body.append(box);
  return { box, video, stop };
}

async function readWithCamera(field) {
  const ideal = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: ideal });
  const { box, video, stop } = openCameraBox(stream);
  const detect = openDetector();
  let isOver = false;
  const end = () => {
    isOver = true;
    for (const track of stream.getTracks()) track.stop();
    box.remove();
    field.focus();
  };
  stop.addEventListener("click", end);
  document.addEventListener("keydown", (event) => event.key === "Escape" && !isOver && end());
  await video.play();
  const look = async () => {
    const text = isOver ? null : await detect(video).catch(() => null);
    if (isOver) return;
    if (!text) return setTimeout(look, SCAN_EVERY_MS);
    end();
    field.value = text;
    navigator.vibrate?.(60);
    goOn(field);
  };
  look();
}

function tellCamera(field) {
  const note = field.closest(".field")?.querySelector(".field__camera") ?? document.createElement("p");
  note.className = "field__error field__camera";
  note.setAttribute("role", "alert");
  note.textContent = document.body.dataset.cameraRefused;
  field.closest(".field__tools").after(note);
  field.focus();
}

function offerCamera(field) {
  const button = document.createElement("button");
  const row = document.createElement("span");
  button.type = "button";
  button.className = "act";
  button.textContent = "▣";
  button.setAttribute("aria-label", document.body.dataset.cameraLabel);
  button.addEventListener("click", () => readWithCamera(field).catch(() => tellCamera(field)));
  row.className = "field__tools";
  field.replaceWith(row);
  row.append(field, button);
}

if (navigator.mediaDevices) {
  for (const field of document.querySelectorAll("[data-scan]")) offerCamera(field);
}
document.querySelector("[data-scan]")?.focus({ preventScroll: true });
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
