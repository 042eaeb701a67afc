"""By hand: `python -m tests.simulators.stripe --port 12111 --webhook-url URL --webhook-secret whsec_x`."""

import argparse
import contextlib

from tests.simulators.stripe.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.simulators.stripe")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--secret-key", default="sk_test_simulator")
    parser.add_argument("--webhook-url", default="", help="empty: events are held")
    parser.add_argument("--webhook-secret", action="append", help="several while a secret is rolled")
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        serve(
            port=given.port,
            secret_key=given.secret_key,
            webhook_url=given.webhook_url,
            webhook_secrets=given.webhook_secret or ["whsec_simulator"],
        )


main()
