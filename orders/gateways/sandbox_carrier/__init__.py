"""A carrier inside our own app: parcels move over time, updates are pushed signed, and can be asked for.

`provider`, `journey` and `pushes` are the carrier's side, with tables of its own; `adapter` is ours. The adapter learns
nothing that a carrier across the network would not tell.
"""
