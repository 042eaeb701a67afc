// Counts looks at pages: first-party, no cookie, an id that ends with the tab; none for those who ask not to be counted.
const asksForPrivacy = navigator.globalPrivacyControl || navigator.doNotTrack === "1";

function readSession() {
  let id = sessionStorage.getItem("visit");
  if (!id) {
    id = crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    sessionStorage.setItem("visit", id);
  }
  return id;
}

if (!asksForPrivacy) {
  const path = location.pathname;
  const kind = /^\/(zh-hans\/)?p\//.test(path) ? "product" : "page";
  let session = "";
  try {
    session = readSession();
  } catch {
    session = "";
  }
  fetch("/e/", { method: "POST", body: JSON.stringify({ kind, path, session }), keepalive: true, credentials: "omit" });
}
