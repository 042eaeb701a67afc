"""The path of one API request: key check, faults, idempotency, work, events."""

import base64
import time

from tests.simulators.stripe import api, control, pages
from tests.simulators.stripe.courier import Courier
from tests.simulators.stripe.errors import ApiError, Json, Unauthorized
from tests.simulators.stripe.faults import Fault, FaultPlan
from tests.simulators.stripe.idempotency import KeyStore
from tests.simulators.stripe.wire import Dropped, Request, Response, json_response
from tests.simulators.stripe.world import World, make_id


class Engine:
    def __init__(
        self, *, base_url: str, secret_key: str, webhook_url: str, webhook_secrets: list[str]
    ) -> None:
        self.world = World(base_url=base_url)
        self.secret_key = secret_key
        self.publishable_key = "pk_" + secret_key.removeprefix("sk_")
        self.faults = FaultPlan()
        self.keys = KeyStore()
        self.requests: list[Json] = []
        self.courier = Courier(url=webhook_url, secrets=webhook_secrets, clock=self.world.now)
        self.courier.start()

    def handle(self, request: Request) -> Response:
        """Any request to the process; raises Dropped when the connection must just end."""
        if request.path.startswith("/_sim/"):
            return control.handle(self, request)
        if not request.path.startswith("/v1/"):
            return pages.handle(self, request)
        return self._handle_api(request)

    def _handle_api(self, request: Request) -> Response:
        record = self._record(request)
        try:
            response = self._answer(request, request_id=record["request_id"])
        except ApiError as error:
            response = json_response(error.body(), status=error.status)
            response.headers.update(error.headers)
        except Dropped:
            record["status"] = 0
            raise
        headers = {**self._headers(request, record["request_id"]), **response.headers}
        record.update(status=response.status, replayed="Idempotent-Replayed" in headers)
        return Response(response.status, response.body, response.content_type, headers)

    def _answer(self, request: Request, *, request_id: str) -> Response:
        route, identifier = api.find_route(request.method, request.path)
        self._authenticate(request, route, identifier)
        fault = self.faults.take(request)
        if fault.kind == "drop_before":
            raise Dropped
        fault.at_the_door()
        key = request.idempotency_key
        response = self.keys.begin(key, fingerprint=request.fingerprint)
        if response is None:
            response = self._execute(request, route, identifier, fault=fault, request_id=request_id)
        fault.on_the_way_back()
        return response

    def _execute(
        self, request: Request, route: api.Route, identifier: str, *, fault: Fault, request_id: str
    ) -> Response:
        saved = True
        extra = {"Original-Request": request_id}
        try:
            fault.before()
            answer = self._run(request, route, identifier, request_id=request_id)
            fault.after()
            response = json_response(answer)
        except ApiError as error:
            saved = error.saved
            extra.update(error.headers)
            response = json_response(error.body(), status=error.status)
        response.headers.update(extra)
        self.keys.finish(request.idempotency_key, response, saved=saved)
        return response

    def _run(self, request: Request, route: api.Route, identifier: str, *, request_id: str) -> Json:
        world = self.world
        with world.lock:
            world.request_id, world.request_key = request_id, request.idempotency_key
            try:
                return api.run_route(world, route, identifier, request.params)
            finally:
                world.request_id = world.request_key = None
                self.courier.post(world.take_events())

    def _authenticate(self, request: Request, route: api.Route, identifier: str) -> None:
        key = _read_key(request)
        if key is None:
            message = (
                "You did not provide an API key. You need to provide your API key in the Authorization "
                "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
            )
            raise Unauthorized(message)
        if key == self.publishable_key and route.public:
            api.check_client_secret(self.world, identifier, request.params)
        elif key != self.secret_key:
            raise Unauthorized(f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}")

    def _record(self, request: Request) -> Json:
        record: Json = {
            "at": time.time(),
            "method": request.method,
            "path": request.path,
            "params": request.params,
            "idempotency_key": request.idempotency_key,
            "stripe_version": request.headers.get("stripe-version"),
            "request_id": make_id("req", length=14),
            "status": None,
            "replayed": False,
        }
        self.requests.append(record)
        return record

    def _headers(self, request: Request, request_id: str) -> dict[str, str]:
        headers = {
            "Request-Id": request_id,
            "Stripe-Version": request.headers.get("stripe-version", self.world.event_version),
        }
        if request.idempotency_key:
            headers["Idempotency-Key"] = request.idempotency_key
        return headers


def _read_key(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return value
    if scheme.lower() == "basic" and value:
        return base64.b64decode(value).decode().partition(":")[0]
    return str(request.params["key"]) if "key" in request.params else None
