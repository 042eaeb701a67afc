"""The control plane under `/_sim/`: tests script faults, answer for customers, look inside."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.simulators.stripe import actions, charges, courier, ledger, refunds
from tests.simulators.stripe.errors import ApiError, Json
from tests.simulators.stripe.wire import Request, Response, json_response
from tests.simulators.stripe.world import World

if TYPE_CHECKING:
    from tests.simulators.stripe.engine import Engine

ACTIONS: dict[str, Callable[[World, Json], Json]] = {
    "intents/approve": lambda world, intent: actions.complete_action(world, intent, approved=True),
    "intents/refuse": lambda world, intent: actions.complete_action(world, intent, approved=False),
    "intents/settle": actions.settle_debit,
    "intents/reject": lambda world, intent: actions.settle_debit(world, intent, failed=True),
    "intents/dispute": lambda world, intent: charges.open_dispute(
        world, world.get("charge", intent["latest_charge"])
    ),
    "refunds/succeed": refunds.succeed_refund,
    "refunds/fail": refunds.fail_refund,
    "payouts/pay": ledger.settle_payout,
    "payouts/fail": lambda world, payout: ledger.settle_payout(world, payout, failed=True),
}
KINDS = {"intents": "payment_intent", "refunds": "refund", "payouts": "payout"}
ACTION_PATH = re.compile(r"^/_sim/(intents|refunds|payouts)/([A-Za-z0-9_]+)/([a-z]+)$")
WORLD_SETTINGS = frozenset({"clock_offset", "event_version", "livemode", "automatic_async"})


def handle(engine: "Engine", request: Request) -> Response:
    given: Json = json.loads(request.body) if request.body else {}
    match = ACTION_PATH.match(request.path)
    try:
        if match:
            return json_response(_act(engine, *match.groups()))
        return json_response(_run(engine, f"{request.method} {request.path}", given))
    except ApiError as error:
        return json_response(error.body(), status=error.status)
    except (KeyError, TypeError, ValueError) as error:
        return json_response({"error": {"message": repr(error)}}, status=400)


def _act(engine: "Engine", group: str, identifier: str, verb: str) -> Json:
    world = engine.world
    with world.lock:
        try:
            return dict(ACTIONS[f"{group}/{verb}"](world, world.get(KINDS[group], identifier)))
        finally:
            engine.courier.post(world.take_events())


def _run(engine: "Engine", name: str, given: Json) -> object:
    handlers: dict[str, Callable[[], object]] = {
        "GET /_sim/health": lambda: {"ok": True},
        "GET /_sim/requests": lambda: engine.requests,
        "GET /_sim/counts": lambda: count_objects(engine.world),
        "GET /_sim/webhooks": lambda: _describe_webhooks(engine),
        "POST /_sim/webhooks": lambda: _set_webhooks(engine, given),
        "POST /_sim/webhooks/flush": lambda: {"sent": engine.courier.flush(given.get("order"))},
        "POST /_sim/webhooks/resend": lambda: _resend(engine, given),
        "POST /_sim/webhooks/idle": lambda: {
            "idle": engine.courier.wait_until_idle(seconds=given["seconds"])
        },
        "POST /_sim/faults": lambda: engine.faults.add(given),
        "DELETE /_sim/faults": engine.faults.clear,
        "POST /_sim/payouts": lambda: _create_payout(engine, given),
        "POST /_sim/world": lambda: _set_world(engine.world, given),
        "POST /_sim/reset": lambda: reset(engine),
    }
    return handlers[name]()


def count_objects(world: World) -> Json:
    """What money moved: the numbers that a fault test compares with the shop's."""
    paid = [charge for charge in world.newest("charge") if charge["paid"] and charge["captured"]]
    back = [refund for refund in world.newest("refund") if refund["status"] in {"pending", "succeeded"}]
    return {
        "payment_intents": len(world.newest("payment_intent")),
        "charges": len(world.newest("charge")),
        "paid_charges": len(paid),
        "paid_amount": sum(charge["amount_captured"] for charge in paid),
        "refunds": len(back),
        "refunded_amount": sum(refund["amount"] for refund in back),
        "events": len(world.newest("event")),
    }


def reset(engine: "Engine") -> None:
    """Everything forgotten but the keys and the webhook address."""
    with engine.world.lock:
        fresh = World(base_url=engine.world.base_url)
        fresh.lock = engine.world.lock
        engine.world = fresh
        engine.courier.clock = fresh.now
        engine.courier.mode = {"mode": "normal", "count": 2, "seconds": 0.0}
        engine.courier.clear()
        engine.faults.clear()
        engine.keys.clear()
        engine.requests.clear()


def _describe_webhooks(engine: "Engine") -> Json:
    return {"mode": engine.courier.mode, "held": engine.courier.held, "deliveries": engine.courier.deliveries}


def _set_webhooks(engine: "Engine", given: Json) -> Json:
    if given.get("mode", "normal") not in courier.MODES:
        raise ValueError(given["mode"])
    engine.courier.url = given.pop("url", engine.courier.url)
    engine.courier.secrets = given.pop("secrets", engine.courier.secrets)
    engine.courier.mode = {**engine.courier.mode, **given}
    return engine.courier.mode


def _resend(engine: "Engine", given: Json) -> Json:
    event = engine.world.get("event", given["event"])
    engine.courier.enqueue([event] * int(given.get("times", 1)))
    return dict(event)


def _create_payout(engine: "Engine", given: Json) -> Json:
    with engine.world.lock:
        payout = ledger.create_payout(engine.world, currency=given.get("currency", "usd"))
        engine.courier.post(engine.world.take_events())
        return dict(payout)


def _set_world(world: World, given: Json) -> None:
    for name, value in given.items():
        if name not in WORLD_SETTINGS:
            raise KeyError(name)
        setattr(world, name, value)
