"""When to buy, how much, and from whom: pure arithmetic."""
