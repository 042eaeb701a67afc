"""Valkey is asked quickly or not at all; what is kept in it is kept without it, too."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache

from shop.kernel.ids import new_token
from shop.kernel.shared_cache import SharedCache
from shop.kernel.valkey import Script, Valkey, ValkeyAway, get_valkey


def make_cache(url: str) -> SharedCache:
    return SharedCache(url, {"KEY_PREFIX": new_token()})


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def nobody() -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_a_silent_server_costs_one_wait_and_is_then_left_alone(silent: str) -> None:
    valkey = Valkey(silent, seconds=0.1)
    started_at = time.monotonic()
    with pytest.raises(ValkeyAway):
        valkey.ask("PING")
    first = time.monotonic() - started_at
    for _ in range(100):
        with pytest.raises(ValkeyAway):
            valkey.ask("PING")
    assert 0.1 <= first < 0.3
    assert time.monotonic() - started_at < first + 0.1


def test_it_is_asked_again_after_its_rest(nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    valkey = Valkey(nobody, seconds=0.1)
    with pytest.raises(ValkeyAway):
        valkey.ask("PING")
    kwargs = get_valkey(settings.REDIS_URL)._pool.connection_kwargs
    valkey._pool.connection_kwargs.update(kwargs)
    del valkey._own.connection
    with pytest.raises(ValkeyAway):
        valkey.ask("PING")
    monkeypatch.setattr("shop.kernel.valkey.REST_SECONDS", 0.0)
    valkey._rests_until = 0.0
    assert valkey.ask("PING") == b"PONG"


def test_a_connection_that_was_closed_in_the_meantime_is_no_outage() -> None:
    valkey = Valkey(settings.REDIS_URL, seconds=5)
    number = valkey.ask("CLIENT", "ID")
    assert get_valkey(settings.REDIS_URL).ask("CLIENT", "KILL", "ID", number) == 1
    assert valkey.ask("PING") == b"PONG"
    assert valkey.ask("CLIENT", "ID") != number


def test_a_script_that_the_server_has_not_seen_is_told_and_then_known() -> None:
    valkey = Valkey(settings.REDIS_URL, seconds=5)
    script = Script(f"return {{ARGV[1], '{new_token()}'}}")
    assert valkey.ask("SCRIPT", "EXISTS", script.digest) == [0]
    assert valkey.run(script, 0, "a")[0] == b"a"
    assert valkey.ask("SCRIPT", "EXISTS", script.digest) == [1]
    assert valkey.run(script, 0, "b")[0] == b"b"


def test_each_thread_has_its_own_connection() -> None:
    valkey = Valkey(settings.REDIS_URL, seconds=5)
    numbers = {valkey.ask("CLIENT", "ID")}
    thread = threading.Thread(target=lambda: numbers.add(valkey.ask("CLIENT", "ID")))
    thread.start()
    thread.join()
    assert len(numbers) == 2


def test_two_processes_see_the_same_cache() -> None:
    one, other = make_cache(settings.REDIS_URL), make_cache(settings.REDIS_URL)
    other.key_prefix = one.key_prefix
    assert one.add("lock", True) is True
    assert other.add("lock", True) is False
    one.set("tries", [1.5, 2.5], timeout=60)
    assert other.get("tries") == [1.5, 2.5]
    assert other.touch("tries", 1) is True
    assert other.delete("lock") is True
    assert one.get("lock", "gone") == "gone"
    one.clear()
    assert other.get("tries") is None


def test_what_is_kept_ends() -> None:
    cache.set("mark", 1, timeout=0.05)
    assert cache.get("mark") == 1
    time.sleep(0.06)
    assert cache.get("mark") is None


def test_what_json_cannot_say_stays_in_the_process() -> None:
    one, other = make_cache(settings.REDIS_URL), make_cache(settings.REDIS_URL)
    other.key_prefix = one.key_prefix
    other._alone = LocMemCache("another-process", {})
    kept = Fraction(1, 3)
    one.set("found", kept)
    assert (one.get("found"), other.get("found")) == (kept, None)
    assert one.add("found", kept) is False
    assert one.delete("found") is True
    assert one.get("found") is None


@pytest.mark.parametrize("server", ["silent", "nobody"])
def test_without_it_the_process_remembers_by_itself(server: str, request: pytest.FixtureRequest) -> None:
    alone = SharedCache(request.getfixturevalue(server), {"KEY_PREFIX": new_token()})
    alone._valkey = Valkey(request.getfixturevalue(server), seconds=0.05)
    assert alone.add("lock", True) is True
    assert alone.add("lock", True) is False
    alone.set("tries", [1.5], timeout=60)
    assert alone.get("tries") == [1.5]
    assert alone.touch("tries", 60) is True
    assert alone.delete("tries") is True
    alone.clear()
    assert alone.get("lock", "gone") == "gone"
