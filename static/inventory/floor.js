// The warehouse floor: a scanner types and sends Enter; the camera reads where the browser can. All works without this.
const SCAN_EVERY_MS = 150;

function fieldsAfter(field) {
  const fields = [...field.form.querySelectorAll("input:not([type=hidden]), select")];
  return fields.slice(fields.indexOf(field) + 1);
}

// Enter in a scan field goes on to the next empty field, and sends the form when there is none.
function goOn(field) {
  if ("submits" in field.dataset) return field.form.requestSubmit();
  const next = fieldsAfter(field).find((other) => "scan" in other.dataset && !other.value);
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

async function readWithCamera(field) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const box = document.createElement("div");
  const video = document.createElement("video");
  const stop = document.createElement("button");
  box.className = "camera";
  stop.className = "go";
  stop.type = "button";
  stop.textContent = "×";
  video.playsInline = true;
  video.srcObject = stream;
  box.append(video, stop);
  document.body.append(box);
  await video.play();
  const detector = new BarcodeDetector();
  const end = () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    box.remove();
  };
  const timer = setInterval(async () => {
    const [found] = await detector.detect(video).catch(() => []);
    if (!found) return;
    end();
    field.value = found.rawValue;
    navigator.vibrate?.(60);
    goOn(field);
  }, SCAN_EVERY_MS);
  stop.addEventListener("click", end);
}

function offerCamera(field) {
  const button = document.createElement("button");
  const row = document.createElement("span");
  button.type = "button";
  button.className = "act";
  button.textContent = "▣";
  button.setAttribute("aria-label", field.form.dataset.cameraLabel || "");
  button.addEventListener("click", () => readWithCamera(field).catch(() => field.focus()));
  row.className = "field__tools";
  field.replaceWith(row);
  row.append(field, button);
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  for (const field of document.querySelectorAll("[data-scan]")) offerCamera(field);
}
document.querySelector("[data-scan]")?.focus({ preventScroll: true });
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
