"""Starts the simulator as a child process and steers it from a test."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.simulators.stripe.courier import sign
from tests.simulators.stripe.errors import Json

ROOT = Path(__file__).resolve().parents[3]
CALL_TIMEOUT_SECONDS = 30


class SimulatorRefusal(Exception):
    """The control plane did not do what the test asked."""


class StripeSimulator:
    """`with StripeSimulator() as stripe_api: ...`; also usable by `start()` and `stop()`."""

    def __init__(
        self,
        *,
        webhook_url: str = "",
        webhook_secret: str = "whsec_simulator",  # noqa: S107  opens nothing but this process
        secret_key: str = "sk_test_simulator",  # noqa: S107  the same
        port: int = 0,
    ) -> None:
        self.webhook_url = webhook_url
        self.webhook_secret = webhook_secret
        self.secret_key = secret_key
        self.publishable_key = "pk_" + secret_key.removeprefix("sk_")
        self.port = port
        self.base_url = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        command = [sys.executable, "-m", "tests.simulators.stripe", "--port", str(self.port)]
        command += ["--secret-key", self.secret_key, "--webhook-url", self.webhook_url]
        command += ["--webhook-secret", self.webhook_secret]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            message = "The Stripe simulator did not start; see its error output."
            raise SimulatorRefusal(message)
        self.base_url = json.loads(line)["base_url"]
        self._process = process
        return self

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def add_fault(self, kind: str, **fields: object) -> None:
        """`hang`, `hang_after`, `drop_before`, `drop_after`, `error`, `error_after`; see `faults.Fault`."""
        self._call("POST", "faults", {"kind": kind, **fields})

    def clear_faults(self) -> None:
        self._call("DELETE", "faults")

    def list_requests(self, *, path: str = "", method: str = "") -> list[Json]:
        seen: list[Json] = self._call("GET", "requests")
        return [one for one in seen if path in one["path"] and method in {"", one["method"]}]

    def count_objects(self) -> Json:
        counts: Json = self._call("GET", "counts")
        return counts

    def set_webhooks(self, mode: str = "normal", **fields: object) -> None:
        """`normal`, `hold`, `drop`, `duplicate` (count), `reverse`, `delay` (seconds); also url, secrets."""
        self._call("POST", "webhooks", {"mode": mode, **fields})

    def list_held_events(self) -> list[Json]:
        held: list[Json] = self._call("GET", "webhooks")["held"]
        return held

    def list_deliveries(self) -> list[Json]:
        deliveries: list[Json] = self._call("GET", "webhooks")["deliveries"]
        return deliveries

    def flush_events(self, order: list[str] | None = None) -> int:
        sent: int = self._call("POST", "webhooks/flush", {"order": order})["sent"]
        return sent

    def resend_event(self, event_id: str, *, times: int = 1) -> None:
        self._call("POST", "webhooks/resend", {"event": event_id, "times": times})

    def wait_until_delivered(self, *, seconds: float = 10) -> bool:
        idle: bool = self._call("POST", "webhooks/idle", {"seconds": seconds})["idle"]
        return idle

    def act(self, group: str, identifier: str, verb: str) -> Json:
        """intents: approve, refuse, settle, reject, dispute; refunds: succeed, fail; payouts: pay, fail."""
        changed: Json = self._call("POST", f"{group}/{identifier}/{verb}")
        return changed

    def create_payout(self, *, currency: str = "usd") -> Json:
        payout: Json = self._call("POST", "payouts", {"currency": currency})
        return payout

    def set_world(self, **fields: object) -> None:
        """`clock_offset`, `event_version`, `livemode`, `automatic_async`."""
        self._call("POST", "world", fields)

    def reset(self) -> None:
        self._call("POST", "reset")

    def sign_event(self, event: Mapping[str, Any], *, timestamp: int | None = None) -> tuple[bytes, str]:
        """Body and `Stripe-Signature`, for tests that deliver an event themselves."""
        body = json.dumps(event, indent=2)
        return body.encode(), sign(body, secrets=[self.webhook_secret], timestamp=timestamp)

    def _call(self, method: str, path: str, given: Mapping[str, object] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310  our own loopback server
            f"{self.base_url}/_sim/{path}",
            method=method,
            data=json.dumps(given).encode() if given is not None else None,
        )
        try:
            with urllib.request.urlopen(request, timeout=CALL_TIMEOUT_SECONDS) as answer:  # noqa: S310  as above
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SimulatorRefusal(error.read().decode()) from error
