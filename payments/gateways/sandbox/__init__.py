"""A payment provider inside our own app: real books, real redirects, real signed callbacks, no account needed.

`provider` and `callbacks` are the provider's side, with tables of its own; `adapter` is ours. The adapter learns
nothing that a provider across the network would not tell.
"""
