// A small stand-in for Stripe.js: the calls that a payment page makes, in plain DOM instead of an iframe.
(() => {
  const METHODS = { card: "Card", alipay: "Alipay", wechat_pay: "WeChat Pay" };
  const POLL_MILLISECONDS = 500;

  async function call(key, path, params, method = "POST") {
    const body = new URLSearchParams(params);
    const url = `${SIMULATOR}/v1/${path}`;
    const options = { method, headers: { Authorization: `Bearer ${key}` } };
    if (method === "POST") options.body = body;
    const response = await fetch(method === "POST" ? url : `${url}?${body}`, options);
    return response.json();
  }

  function field(name, label, value) {
    const wrapper = document.createElement("label");
    const input = document.createElement("input");
    input.name = `fake-${name}`;
    input.value = value;
    input.autocomplete = "off";
    wrapper.append(`${label} `, input);
    return wrapper;
  }

  class PaymentElement {
    constructor(types) {
      this.types = types;
      this.root = document.createElement("div");
      this.root.dataset.fakeStripe = "payment";
      this.handlers = {};
    }
    mount(target) {
      const place = typeof target === "string" ? document.querySelector(target) : target;
      const label = document.createElement("label");
      const select = document.createElement("select");
      select.name = "fake-method";
      for (const type of this.types) select.add(new Option(METHODS[type] || type, type));
      label.append("Payment method ", select);
      this.root.append(label, field("number", "Card number", "4242424242424242"));
      this.root.append(field("expiry", "Expiry", "12/34"), field("cvc", "Security code", "123"));
      place.replaceChildren(this.root);
      queueMicrotask(() => (this.handlers.ready || []).forEach((handler) => handler({ elementType: "payment" })));
    }
    on(name, handler) {
      (this.handlers[name] ||= []).push(handler);
      return this;
    }
    unmount() {
      this.root.remove();
    }
    read(name) {
      return this.root.querySelector(`[name="fake-${name}"]`).value;
    }
    params() {
      const type = this.read("method");
      const params = { "payment_method_data[type]": type };
      if (type === "card") params["payment_method_data[card][number]"] = this.read("number");
      return params;
    }
  }

  class Elements {
    constructor(options) {
      this.clientSecret = options.clientSecret;
      if (options.paymentMethodTypes) throw new Error("IntegrationError: use allowedPaymentMethodTypes");
      this.types = options.allowedPaymentMethodTypes || Object.keys(METHODS);
    }
    create(kind) {
      if (kind !== "payment") throw new Error(`No fake for the element ${kind}`);
      this.element = new PaymentElement(this.types);
      return this.element;
    }
    async submit() {
      if (this.element.read("method") === "card" && !this.element.read("number")) {
        return { error: { type: "validation_error", message: "Your card number is incomplete." } };
      }
      this.submitted = true;
      return {};
    }
  }

  function comeBack(intent, returnUrl) {
    const url = new URL(returnUrl);
    url.searchParams.set("payment_intent", intent.id);
    url.searchParams.set("payment_intent_client_secret", intent.client_secret);
    const failed = intent.status === "requires_payment_method" || intent.status === "canceled";
    url.searchParams.set("redirect_status", failed ? "failed" : "succeeded");
    window.location.assign(url);
  }

  class Stripe {
    constructor(key) {
      this.key = key;
    }
    elements(options) {
      return new Elements(options);
    }
    async retrievePaymentIntent(clientSecret) {
      const id = clientSecret.split("_secret_")[0];
      const answer = await call(this.key, `payment_intents/${id}`, { client_secret: clientSecret }, "GET");
      return answer.error ? { error: answer.error } : { paymentIntent: answer };
    }
    async createConfirmationToken({ elements, params }) {
      if (!elements.submitted) throw new Error("elements.submit() must be called first");
      const answer = await call(this.key, "confirmation_tokens", {
        ...elements.element.params(),
        return_url: params?.return_url || "",
      });
      return answer.error ? { error: answer.error } : { confirmationToken: answer };
    }
    async handleNextAction({ clientSecret }) {
      const { paymentIntent, error } = await this.retrievePaymentIntent(clientSecret);
      if (error) return { error };
      const details = paymentIntent.next_action?.use_stripe_sdk;
      if (details) window.open(details.stripe_js, "_blank");
      while (details) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
        const now = (await this.retrievePaymentIntent(clientSecret)).paymentIntent;
        if (now.status !== "requires_action") return { paymentIntent: now };
      }
      return { paymentIntent };
    }
    async confirmPayment({ elements, clientSecret, confirmParams, redirect }) {
      const secret = clientSecret || elements.clientSecret;
      const params = { client_secret: secret, ...elements.element.params() };
      params.return_url = confirmParams.return_url;
      const answer = await call(this.key, `payment_intents/${secret.split("_secret_")[0]}/confirm`, params);
      if (answer.error) return { error: answer.error };
      return this.follow(answer, confirmParams.return_url, redirect);
    }
    async follow(intent, returnUrl, redirect) {
      const action = intent.next_action;
      if (action?.type === "redirect_to_url" || action?.type === "alipay_handle_redirect") {
        window.location.assign(action[action.type].url);
        return new Promise(() => {});
      }
      if (action?.type === "wechat_pay_display_qr_code") return this.waitForScan(intent, action, returnUrl);
      if (redirect === "if_required") return { paymentIntent: intent };
      comeBack(intent, returnUrl);
      return new Promise(() => {});
    }
    async waitForScan(intent, action, returnUrl) {
      const link = document.createElement("a");
      link.id = "fake-wechat";
      link.href = action.wechat_pay_display_qr_code.hosted_instructions_url;
      link.target = "_blank";
      link.textContent = "Scan with WeChat";
      document.querySelector("[data-fake-stripe]").append(link);
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
        const { paymentIntent } = await this.retrievePaymentIntent(intent.client_secret);
        if (paymentIntent && paymentIntent.status !== "requires_action") {
          comeBack(paymentIntent, returnUrl);
          return new Promise(() => {});
        }
      }
    }
  }

  window.Stripe = (key) => new Stripe(key);
})();
