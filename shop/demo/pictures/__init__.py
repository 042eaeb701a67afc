"""Calm still-life illustrations of the demo shop's goods, drawn with Pillow, the same on every run."""
