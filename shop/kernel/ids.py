"""Tokens and numbers that nobody can guess or confuse."""

import secrets

# No 0/O, 1/I/L, U/V: a number is read over the telephone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def new_token() -> str:
    """160 random bits, URL-safe: whoever has it may see the thing."""
    return secrets.token_urlsafe(20)


def new_number(prefix: str, *, length: int = 9) -> str:
    """A short number that is unguessable enough to say nothing about volume; uniqueness is the column's constraint."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))
