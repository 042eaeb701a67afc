// The pay page's side of Stripe: mounts the Payment Element and turns what was typed into it (which we never see)
// into a one-time token that our own form posts. Also runs a challenge that only Stripe's script can show.

const WAIT_MILLISECONDS = 100;
const LONGEST_WAIT_MILLISECONDS = 15_000;

/** Stripe.js is deferred and comes from another host: it may be late, or never come. */
async function loadStripe(publishableKey, locale) {
  for (let waited = 0; !window.Stripe; waited += WAIT_MILLISECONDS) {
    if (waited >= LONGEST_WAIT_MILLISECONDS) throw new Error("Stripe.js did not load");
    await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
  }
  return window.Stripe(publishableKey, locale ? { locale } : {});
}

function showError(root, message) {
  const place = root.querySelector("[data-stripe-error]");
  place.textContent = message || "";
  place.hidden = !message;
}

function readAppearance() {
  const chosen = document.documentElement.dataset.theme;
  const isDark = chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  return { theme: isDark ? "night" : "stripe" };
}

async function mountElement(root) {
  const { publishableKey, amount, currency, methodTypes, locale, returnUrl, unreachable } = root.dataset;
  const mount = root.querySelector("[data-stripe-mount]");
  let stripe;
  let elements;
  try {
    stripe = await loadStripe(publishableKey, locale);
    elements = stripe.elements({
      mode: "payment",
      amount: Number(amount),
      currency,
      allowedPaymentMethodTypes: methodTypes.split(","),
      appearance: readAppearance(),
    });
    elements.create("payment").mount(mount);
    mount.removeAttribute("aria-busy");
  } catch (error) {
    mount.replaceChildren();
    showError(root, unreachable);
    throw error;
  }
  takeOverSubmit(root, { stripe, elements, returnUrl, unreachable });
}

function takeOverSubmit(root, { stripe, elements, returnUrl, unreachable }) {
  const form = root.closest("form");
  const token = root.querySelector("[data-stripe-token]");
  form.addEventListener("submit", async (event) => {
    if (token.value) return;
    event.preventDefault();
    const buttons = [...form.querySelectorAll("button, input[type=submit]")];
    const setBusy = (isBusy) => {
      form.toggleAttribute("aria-busy", isBusy);
      buttons.forEach((button) => (button.disabled = isBusy));
    };
    setBusy(true);
    showError(root, "");
    try {
      token.value = await createToken({ stripe, elements, returnUrl });
      form.submit();
    } catch (error) {
      showError(root, error.shownToShopper || unreachable);
      setBusy(false);
    }
  });
  // Coming back by the browser's back button: a token works once.
  window.addEventListener("pageshow", () => (token.value = ""));
}

async function createToken({ stripe, elements, returnUrl }) {
  const submitted = await elements.submit();
  if (submitted.error) throw withShown(submitted.error);
  const answer = await stripe.createConfirmationToken({ elements, params: { return_url: returnUrl } });
  if (answer.error) throw withShown(answer.error);
  return answer.confirmationToken.id;
}

/** Stripe's words for cards and for missing fields are meant for shoppers and come in their language. */
function withShown(stripeError) {
  const isForShopper = stripeError.type === "card_error" || stripeError.type === "validation_error";
  return Object.assign(new Error(stripeError.message), { shownToShopper: isForShopper && stripeError.message });
}

async function runAction(root) {
  const { publishableKey, clientSecret, returnUrl, unreachable } = root.dataset;
  try {
    const stripe = await loadStripe(publishableKey);
    await stripe.handleNextAction({ clientSecret });
    // Whatever it answered: our server asks Stripe itself.
    window.location.assign(returnUrl);
  } catch (error) {
    showError(root, unreachable);
    throw error;
  }
}

document.querySelectorAll("[data-stripe-element]").forEach(mountElement);
document.querySelectorAll("[data-stripe-action]").forEach(runAction);
