"""Reading of the form encoding that the Stripe client sends: brackets nest, numbers index lists."""

import re
from urllib.parse import parse_qsl

from tests.simulators.stripe.errors import InvalidParameter, Json

BRACKETS = re.compile(r"\[([^\[\]]*)\]")
MAX_AMOUNT = 99_999_999
# The least charge in minor units; Stripe has one per settlement currency, half a major unit is typical.
MINIMUM_AMOUNTS = {"jpy": 50, "krw": 500, "cny": 400, "hkd": 400}
CURRENCIES = frozenset(
    [
        "aed",
        "aud",
        "bhd",
        "brl",
        "cad",
        "chf",
        "cny",
        "czk",
        "dkk",
        "eur",
        "gbp",
        "hkd",
        "huf",
        "idr",
        "ils",
        "inr",
        "jpy",
        "krw",
        "kwd",
        "mxn",
        "myr",
        "nok",
        "nzd",
        "php",
        "pln",
        "ron",
        "sar",
        "sek",
        "sgd",
        "thb",
        "try",
        "twd",
        "usd",
        "vnd",
        "zar",
    ]
)


def parse_form(text: str) -> Json:
    root: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _store(root, _split_name(name), value)
    return {name: _lists(value) for name, value in root.items()}


def _split_name(name: str) -> list[str]:
    head, _, _ = name.partition("[")
    return [head, *BRACKETS.findall(name[len(head) :])]


def _store(root: Json, parts: list[str], value: str) -> None:
    node = root
    for position, part in enumerate(parts[:-1]):
        key = part or str(len(node))
        if not isinstance(node.setdefault(key, {}), dict):
            raise InvalidParameter(f"Invalid object: {parts[0]}", param=".".join(parts[: position + 1]))
        node = node[key]
    node[parts[-1] or str(len(node))] = value


def _lists(value: object) -> object:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(item) for name, item in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def refuse_unknown(params: Json, *, allowed: frozenset[str]) -> None:
    for name in params:
        if name not in allowed:
            message = f"Received unknown parameter: {name}"
            raise InvalidParameter(message, code="parameter_unknown", param=name)


def read_integer(params: Json, name: str, *, default: int | None = None) -> int:
    raw = params.get(name)
    if raw is None:
        if default is not None:
            return default
        raise InvalidParameter(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if not re.fullmatch(r"-?\d{1,18}", str(raw)):
        raise InvalidParameter(f"Invalid integer: {raw}", code="parameter_invalid_integer", param=name)
    return int(raw)


def read_positive(params: Json, name: str, *, default: int | None = None) -> int:
    value = read_integer(params, name, default=default)
    if value < 1:
        message = "This value must be greater than or equal to 1."
        raise InvalidParameter(message, code="parameter_invalid_integer", param=name)
    return value


def read_boolean(params: Json, name: str, *, default: bool = False) -> bool:
    raw = params.get(name)
    if raw is None:
        return default
    if raw not in {"true", "false"}:
        raise InvalidParameter(f"Invalid boolean: {raw}", param=name)
    return bool(raw == "true")


def read_currency(params: Json) -> str:
    raw = params.get("currency")
    if raw is None:
        raise InvalidParameter(
            "Missing required param: currency.", code="parameter_missing", param="currency"
        )
    currency = str(raw).lower()
    if currency not in CURRENCIES:
        raise InvalidParameter(f"Invalid currency: {currency}.", param="currency")
    return currency


def read_amount(params: Json, *, currency: str) -> int:
    amount = read_positive(params, "amount")
    if amount < MINIMUM_AMOUNTS.get(currency, 50):
        message = "The amount is below the minimum charge amount allowed for this currency."
        raise InvalidParameter(message, code="amount_too_small", param="amount")
    if amount > MAX_AMOUNT:
        message = f"Amount must be no more than {MAX_AMOUNT}."
        raise InvalidParameter(message, code="amount_too_large", param="amount")
    return amount


def read_choice(params: Json, name: str, *, choices: frozenset[str], default: str | None) -> str | None:
    raw = params.get(name)
    if raw in (None, ""):
        return default
    if raw not in choices:
        options = ", ".join(sorted(choices))
        raise InvalidParameter(f"Invalid {name}: must be one of {options}", param=name)
    return str(raw)


def read_list(params: Json, name: str) -> list[str]:
    raw = params.get(name, [])
    if not isinstance(raw, list):
        raise InvalidParameter("Invalid array", param=name)
    return [str(item) for item in raw]


def read_mapping(params: Json, name: str) -> Json:
    raw = params.get(name)
    if raw in (None, ""):
        return {}
    if not isinstance(raw, dict):
        raise InvalidParameter("Invalid object", param=name)
    return raw


def merge_metadata(current: dict[str, str], params: Json) -> dict[str, str]:
    """As Stripe: given keys are set, keys given empty are removed, `metadata=` empties all."""
    if params.get("metadata") == "":
        return {}
    merged = {**current, **read_mapping(params, "metadata")}
    return {name: value for name, value in merged.items() if value != ""}
