"""How much of one article a line may hold."""

MIN_LINE_QUANTITY = 1
MAX_LINE_QUANTITY = 999


def cap_left(left: int, *, wanted: int, most: int) -> int:
    """What may be told of what is left: enough, or else no more than `most`, for exact stock is not public."""
    return left if left >= wanted else max(0, min(left, most))
