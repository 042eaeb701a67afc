"""What strangers put where words, numbers and addresses are expected."""

from __future__ import annotations

SCRIPT = "\"'><script>alert(1)</script>"
FOREIGN = "//evil.example/\\evil.example"

HOSTILE = {
    "nul": "a\0b",
    "script": SCRIPT,
    "template": "{{ 7|add:7 }}{% debug %}${7*7}'\"`;--",
    "header": "x\r\nSet-Cookie: evil=1\r\n\r\n",
    "foreign address": FOREIGN,
    "path": "../../../../etc/passwd%00.png",
    "marks": "\u202e\u2066\ufeff\x1f\ud7ff",
    "digits of another script": "٣",
    "negative": "-1",
    "beyond a bigint": "9" * 25,
    "beyond what Python reads": "9" * 5000,
    "exponent": "1e999999999",
    "not a number": "NaN",
    "long": "x" * 3000,
}
"""One line for each way in which a parser, a query, a template or a header could be taken in."""

TEXTS = ("nul", "script", "beyond a bigint")
"""Those that stand for the others where every address and field is tried."""

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "text": b'"x"',
    "number": b"1",
    "list of lists": b"[[[]]]",
    "not a number": b'{"quantity": NaN}',
    "beyond a double": b'{"quantity": 1e999}',
    "endless number": b'{"quantity": ' + b"9" * 5000 + b"}",
    "deep": b"[" * 5000 + b"]" * 5000,
    "deep but whole": b'{"a":' * 30 + b"1" + b"}" * 30,
    "cut off": b'{"sku": "MUG"',
    "not UTF-8": b'{"sku": "\xff\xfe"}',
    "NUL": b'{"sku": "a\\u0000b"}',
    "half a character": b'{"sku": "\\ud800"}',
    "two of a name": b'{"sku": {}, "sku": []}',
}
"""Bodies that no honest program sends as JSON."""

UNASKED = (
    "id", "pk", "user", "user_id", "is_staff", "is_superuser", "scopes", "actor", "created_at", "price",
    "unit_price", "unit_amount", "total_amount", "discount", "payment_status", "paid_at", "token", "origin",
)  # fmt: skip
"""Columns that somebody would like to set."""
