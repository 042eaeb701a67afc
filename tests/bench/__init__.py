"""Benchmarks: ``make bench``. Ratios of one run, since machines differ and are noisy."""
