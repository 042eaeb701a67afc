"""The routes of API v1 that the simulator knows."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.simulators.stripe import intents, listing, methods, refunds
from tests.simulators.stripe.errors import InvalidParameter, Json, ResourceMissing
from tests.simulators.stripe.params import read_boolean, read_integer, read_list, refuse_unknown
from tests.simulators.stripe.world import World

Action = Callable[[World, str, Json], Json]
EXPAND = frozenset({"expand"})


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    action: Action
    allowed: frozenset[str]
    # Stripe.js calls these with the publishable key and the client secret of the intent.
    public: bool = False


def _route(
    method: str, path: str, action: Action, *, allowed: frozenset[str] = EXPAND, public: bool = False
) -> Route:
    pattern = re.compile("^/v1/" + path.replace("{id}", r"(?P<id>[A-Za-z0-9_]+)") + "$")
    return Route(method, pattern, action, allowed, public)


def _on_intent(change: Callable[[World, Json, Json], Json]) -> Action:
    return lambda world, identifier, params: change(world, world.get("payment_intent", identifier), params)


def _getter(kind: str) -> Action:
    return lambda world, identifier, _params: world.get(kind, identifier)


def _lister(kind: str, *, url: str, equal: tuple[str, ...] = ()) -> tuple[Action, frozenset[str]]:
    def action(world: World, _identifier: str, params: Json) -> Json:
        wanted = {name: params[name] for name in equal if name in params}
        return listing.list_objects(
            world,
            kind,
            params,
            url=url,
            keep=lambda obj: all(obj.get(name) == value for name, value in wanted.items()),
        )

    return action, listing.PAGE_PARAMS | set(equal)


def _list_balance(world: World, _identifier: str, params: Json) -> Json:
    wanted = {name: params[name] for name in ("source", "type", "currency") if name in params}
    payout = params.get("payout")

    def keep(txn: Json) -> bool:
        included = payout is None or world.paid_out.get(txn["id"]) == payout
        return included and all(txn[name] == value for name, value in wanted.items())

    return listing.list_objects(
        world, "balance_transaction", params, url="/v1/balance_transactions", keep=keep
    )


def _list_events(world: World, _identifier: str, params: Json) -> Json:
    types = read_list(params, "types") or ([params["type"]] if "type" in params else [])
    delivered = read_boolean(params, "delivery_success") if "delivery_success" in params else None

    def keep(event: Json) -> bool:
        # `payment_intent.*` stands for every event of the kind.
        named = not types or any(re.fullmatch(name.replace("*", ".*"), event["type"]) for name in types)
        return named and (delivered is None or (event["pending_webhooks"] == 0) == delivered)

    return listing.list_objects(world, "event", params, url="/v1/events", keep=keep)


def _search_intents(world: World, _identifier: str, params: Json) -> Json:
    """Only `metadata['name']:'value'` terms; unlike the real one, up to date at once."""
    terms = METADATA_TERM.findall(str(params.get("query", "")))
    if not terms:
        raise InvalidParameter("We were unable to parse your search query.", param="query")
    found = [
        intent
        for intent in world.newest("payment_intent")
        if all(intent["metadata"].get(name) == value for name, value in terms)
    ]
    limit = read_integer(params, "limit", default=10)
    url = "/v1/payment_intents/search"
    more = len(found) > limit
    return {"object": "search_result", "url": url, "has_more": more, "next_page": None, "data": found[:limit]}


def _retrieve_intent(world: World, identifier: str, _params: Json) -> Json:
    return world.get("payment_intent", identifier)


def _list_route(path: str, kind: str, equal: tuple[str, ...] = ()) -> Route:
    action, allowed = _lister(kind, url=f"/v1/{path}", equal=equal)
    return _route("GET", path, action, allowed=allowed)


METADATA_TERM = re.compile(r"""metadata\['([^']+)'\]:'([^']*)'""")
SEARCH_PARAMS = frozenset({"query", "limit", "page", "expand"})
BALANCE_PARAMS = listing.PAGE_PARAMS | {"payout", "source", "type", "currency"}
EVENT_PARAMS = listing.PAGE_PARAMS | {"type", "types", "delivery_success"}
SECRET_PARAMS = frozenset({"client_secret", "key", "expand"})
TOKEN_PARAMS = frozenset({"payment_method", "payment_method_data", "return_url", "key", "expand"})
METHOD_PARAMS = methods.TYPES | {"type", "billing_details", "metadata", "expand", "key"}
ROUTES = (
    _route(
        "POST",
        "payment_intents",
        lambda w, _id, p: intents.create_intent(w, p),
        allowed=intents.CREATE_PARAMS | intents.REMOVED_PARAMS,
    ),
    _list_route("payment_intents", "payment_intent", ("customer",)),
    _route("GET", "payment_intents/search", _search_intents, allowed=SEARCH_PARAMS),
    _route("GET", "payment_intents/{id}", _retrieve_intent, allowed=SECRET_PARAMS, public=True),
    _route(
        "POST",
        "payment_intents/{id}",
        _on_intent(intents.update_intent),
        allowed=intents.UPDATE_PARAMS | intents.REMOVED_PARAMS,
    ),
    _route(
        "POST",
        "payment_intents/{id}/confirm",
        _on_intent(intents.confirm_intent),
        allowed=intents.CONFIRM_PARAMS,
        public=True,
    ),
    _route(
        "POST",
        "payment_intents/{id}/cancel",
        _on_intent(intents.cancel_intent),
        allowed=intents.CANCEL_PARAMS,
    ),
    _route(
        "POST",
        "payment_intents/{id}/capture",
        _on_intent(intents.capture_intent),
        allowed=intents.CAPTURE_PARAMS,
    ),
    _route(
        "POST",
        "payment_methods",
        lambda w, _id, p: methods.create_method(w, p),
        allowed=METHOD_PARAMS,
        public=True,
    ),
    _route("GET", "payment_methods/{id}", _getter("payment_method")),
    _route(
        "POST",
        "(?:test_helpers/)?confirmation_tokens",
        lambda w, _id, p: methods.create_token(w, p),
        allowed=TOKEN_PARAMS,
        public=True,
    ),
    _route("GET", "confirmation_tokens/{id}", _getter("confirmation_token")),
    _list_route("charges", "charge", ("payment_intent", "customer")),
    _route("GET", "charges/{id}", _getter("charge")),
    _route("POST", "refunds", lambda w, _id, p: refunds.create_refund(w, p), allowed=refunds.CREATE_PARAMS),
    _list_route("refunds", "refund", ("charge", "payment_intent")),
    _route("GET", "refunds/{id}", _getter("refund")),
    _route("GET", "balance_transactions", _list_balance, allowed=BALANCE_PARAMS),
    _route("GET", "balance_transactions/{id}", _getter("balance_transaction")),
    _route("GET", "events", _list_events, allowed=EVENT_PARAMS),
    _route("GET", "events/{id}", _getter("event")),
    _list_route("payouts", "payout", ("status",)),
    _route("GET", "payouts/{id}", _getter("payout")),
    _list_route("disputes", "dispute", ("charge", "payment_intent")),
    _route("GET", "disputes/{id}", _getter("dispute")),
)


def find_route(method: str, path: str) -> tuple[Route, str]:
    for route in ROUTES:
        match = route.pattern.match(path)
        if route.method == method and match:
            return route, match.groupdict().get("id") or ""
    message = f"Unrecognized request URL ({method}: {path})."
    raise UnknownUrl(message)


def run_route(world: World, route: Route, identifier: str, params: Json) -> Json:
    refuse_unknown(params, allowed=route.allowed)
    answer = route.action(world, identifier, params)
    return listing.present(world, answer, params)


def check_client_secret(world: World, identifier: str, params: Json) -> None:
    """What the publishable key may see: only the intent whose secret it brings."""
    if not identifier:
        return
    intent = world.objects.get("payment_intent", {}).get(identifier)
    if intent is None or intent["client_secret"] != params.get("client_secret"):
        raise ResourceMissing("payment_intent", identifier, param="intent")


class UnknownUrl(InvalidParameter):
    status = 404
