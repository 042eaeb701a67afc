"""How much of one article a line may hold."""

MIN_LINE_QUANTITY = 1
MAX_LINE_QUANTITY = 999
