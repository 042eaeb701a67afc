"""The pages that a customer sees at Stripe: challenge, wallet, code, and a small Stripe.js."""

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.simulators.stripe import actions
from tests.simulators.stripe.errors import ApiError, Json
from tests.simulators.stripe.wire import Request, Response

if TYPE_CHECKING:
    from tests.simulators.stripe.engine import Engine

SCRIPT = Path(__file__).with_name("stripe.js")
HOSTED = re.compile(r"^/redirect/(?P<id>pi_[A-Za-z0-9]+)(?:/(?P<answer>approve|refuse))?$")
CODE = re.compile(r"^/qr/(?P<id>pi_[A-Za-z0-9]+)\.(?:png|svg)$")
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"></head>
<body><main><h1>{title}</h1><p>{amount} {currency}</p>
<form method="post" action="/redirect/{id}/approve">
<input type="hidden" name="client_secret" value="{secret}"><button id="approve">Approve</button></form>
<form method="post" action="/redirect/{id}/refuse">
<input type="hidden" name="client_secret" value="{secret}"><button id="refuse">Refuse</button></form>
</main></body></html>"""
TITLES = {"card": "3-D Secure test page", "alipay": "Alipay test page", "wechat_pay": "WeChat Pay test page"}
NOT_FOUND = Response(404, b"not found", "text/plain")


def handle(engine: "Engine", request: Request) -> Response:
    if request.path.startswith(("/v3", "/endive/")):
        script = f"const SIMULATOR = {engine.world.base_url!r};\n" + SCRIPT.read_text()
        return Response(200, script.encode(), "text/javascript; charset=utf-8")
    code = CODE.match(request.path)
    if code:
        return Response(200, actions.draw_code(code["id"]), "image/png")
    hosted = HOSTED.match(request.path)
    intent = engine.world.objects.get("payment_intent", {}).get(hosted["id"]) if hosted else None
    if hosted is None or intent is None or intent["client_secret"] != request.params.get("client_secret"):
        return NOT_FOUND
    if hosted["answer"] is None:
        return _show(engine, intent)
    return _answer(engine, intent, approved=hosted["answer"] == "approve")


def _show(engine: "Engine", intent: Json) -> Response:
    if intent["status"] != "requires_action":
        return _send_back(engine, intent)
    method = engine.world.get("payment_method", intent["payment_method"])
    page = PAGE.format(
        title=TITLES[method["type"]],
        amount=intent["amount"],
        currency=intent["currency"].upper(),
        id=intent["id"],
        secret=html.escape(intent["client_secret"]),
    )
    return Response(200, page.encode(), "text/html; charset=utf-8")


def _answer(engine: "Engine", intent: Json, *, approved: bool) -> Response:
    with engine.world.lock:
        try:
            actions.complete_action(engine.world, intent, approved=approved)
        except ApiError:
            return _send_back(engine, intent)
        finally:
            engine.courier.post(engine.world.take_events())
    return _send_back(engine, intent)


def _send_back(engine: "Engine", intent: Json) -> Response:
    attempt = engine.world.attempts.get(intent["id"])
    if attempt is None or not attempt.return_url:
        return Response(200, b"<!doctype html><title>Done</title><p>You may close this page.", "text/html")
    succeeded = intent["status"] in {"succeeded", "requires_capture", "processing"}
    query = urlencode({
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if succeeded else "failed",
    })  # fmt: skip
    joiner = "&" if "?" in attempt.return_url else "?"
    return Response(303, b"", headers={"Location": attempt.return_url + joiner + query})
