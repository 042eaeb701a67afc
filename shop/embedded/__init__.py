"""The servers and processes that `make run` and `make test` bring: PostgreSQL, Valkey, web, worker, beat.

Owns: everything below `.local/`, and every process that it started there.
Never: business rules, or anything that a deployment with its own servers needs.
Entry points: `python -m shop.embedded <command>`, `instance.Instance`.
Publishes and consumes no events.
"""
