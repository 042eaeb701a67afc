"""Lists with cursors and filters, and the expansion of ids into objects."""

import copy
from collections.abc import Callable, Iterable

from tests.simulators.stripe.errors import InvalidParameter, Json
from tests.simulators.stripe.params import read_integer, read_list
from tests.simulators.stripe.world import World

MAX_LIMIT = 100
PAGE_PARAMS = frozenset({"limit", "starting_after", "ending_before", "expand", "created"})
EXPANDABLE = {
    "latest_charge": "charge",
    "charge": "charge",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "balance_transaction": "balance_transaction",
    "failure_balance_transaction": "balance_transaction",
    "source": "",
}
# A balance transaction's source is whatever caused it.
KINDS_BY_PREFIX = {"ch": "charge", "py": "charge", "re": "refund", "pyr": "refund", "po": "payout"}
Predicate = Callable[[Json], bool]


def list_objects(world: World, kind: str, params: Json, *, url: str, keep: Predicate) -> Json:
    created = _created_filter(params)
    matching = [obj for obj in world.newest(kind) if keep(obj) and created(obj)]
    limit = read_integer(params, "limit", default=10)
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidParameter(f"This value must be between 1 and {MAX_LIMIT}.", param="limit")
    window = _window(matching, params)
    page = window[-limit:] if "ending_before" in params else window[:limit]
    return {"object": "list", "url": url, "has_more": len(window) > len(page), "data": page}


def _window(matching: list[Json], params: Json) -> list[Json]:
    ids = [obj["id"] for obj in matching]
    for name in ("starting_after", "ending_before"):
        cursor = params.get(name)
        if cursor is None:
            continue
        if cursor not in ids:
            raise InvalidParameter(f"No such object: '{cursor}'", code="resource_missing", param=name)
        position = ids.index(cursor)
        return matching[position + 1 :] if name == "starting_after" else matching[:position]
    return matching


def _created_filter(params: Json) -> Predicate:
    given = params.get("created")
    if given is None:
        return lambda _obj: True
    if not isinstance(given, dict):
        exact = read_integer(params, "created")
        return lambda obj: obj["created"] == exact
    bounds = {name: read_integer(given, name) for name in given}
    checks: dict[str, Callable[[int, int], bool]] = {
        "gt": lambda at, bound: at > bound,
        "gte": lambda at, bound: at >= bound,
        "lt": lambda at, bound: at < bound,
        "lte": lambda at, bound: at <= bound,
    }
    return lambda obj: all(checks[name](obj["created"], bound) for name, bound in bounds.items())


def present(world: World, answer: Json, params: Json) -> Json:
    """A copy that later changes do not touch, with what `expand` asks for put in place."""
    shown = copy.deepcopy(answer)
    for path in read_list(params, "expand"):
        _expand([shown], path.split("."), world=world, path=path)
    return shown


def _expand(nodes: Iterable[Json], parts: list[str], *, world: World, path: str) -> None:
    head, *rest = parts
    for node in nodes:
        if head not in node:
            message = f"This property cannot be expanded ({path})."
            raise InvalidParameter(message, param="expand")
        value = node[head]
        if head in EXPANDABLE and isinstance(value, str):
            kind = EXPANDABLE[head] or KINDS_BY_PREFIX[value.split("_", 1)[0]]
            value = node[head] = copy.deepcopy(world.get(kind, value))
        inner = value if isinstance(value, list) else [value]
        if rest and value is not None:
            _expand(inner, rest, world=world, path=path)
