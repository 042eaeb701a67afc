"""Rules of the house that no library checks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("catalog", "inventory", "orders", "payments", "crm", "analytics")
PACKAGES = (*APPS, "shop")
FURNITURE = {
    "domain", "gateways", "models", "locks", "queries", "services", "forms", "emails", "views", "api", "admin", "tasks",
    "management", "templatetags", "receivers", "urls", "plain_urls", "apps", "migrations", "__init__",
}  # fmt: skip


@cache
def list_sources() -> list[tuple[Path, ast.Module]]:
    return [
        (path.relative_to(ROOT), ast.parse(path.read_text()))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def list_calls(tree: ast.AST, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
    ]


@pytest.mark.parametrize("app", APPS)
def test_apps_are_furnished_from_the_closed_list(app: str) -> None:
    names = {path.stem for path in (ROOT / app).iterdir() if path.name != "__pycache__"}
    assert names <= FURNITURE, names - FURNITURE


@pytest.mark.parametrize("app", APPS)
def test_an_app_opens_with_what_it_owns(app: str) -> None:
    words = ast.get_docstring(ast.parse((ROOT / app / "__init__.py").read_text())) or ""
    for opening in ("Owns", "Never", "Entry", "Publishes", "Consumes"):
        assert re.search(rf"\b{opening}\b", words, re.IGNORECASE), opening


def test_rows_are_locked_only_in_locks_and_in_querysets_of_models() -> None:
    """``select_for_update`` has one home per app, ordered by primary key; queues lock in their QuerySet."""
    strays = [
        f"{path}:{call.lineno}"
        for path, tree in list_sources()
        for call in list_calls(tree, "select_for_update")
        # The sandbox provider plays an outside party: its rows are its own.
        if path.stem != "locks" and not {"models", "sandbox"} & set(path.parts)
    ]
    assert strays == []


def test_services_are_the_only_home_of_transactions() -> None:
    allowed = {"services", "kernel", "partners", "embedded", "demo", "gateways"}
    strays = [
        str(path)
        for path, tree in list_sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "shop.kernel.transactions"
        and {alias.name for alias in node.names} & {"transactional", "transaction"}
        and not allowed & set(path.parts)
        and path.stem not in {"adapter", "receivers"}
    ]
    assert strays == []


def test_domain_asks_no_clock_and_no_database() -> None:
    forbidden = re.compile(r"^(django\.db\.(?!models)|shop\.kernel\.(clock|models|relay|mail|audit|leases))")
    strays = [
        f"{path}: {node.module}"
        for path, tree in list_sources()
        if "domain" in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and forbidden.match(node.module)
    ]
    assert strays == []


def test_no_float_holds_money() -> None:
    """Scores and weights may be floats; what is charged, paid or booked may not."""
    money = re.compile(r"amount|price|cost|total|value|rate|fee|budget")
    strays = [
        f"{path}: {target.id}"
        for path, tree in list_sources()
        if "models" in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and list_calls(node, "FloatField")
        for target in node.targets
        if isinstance(target, ast.Name) and money.search(target.id)
    ]
    assert strays == []


def test_templates_carry_no_inline_script_or_style() -> None:
    """The Content-Security-Policy would block them: see docs/architecture.md."""
    inline = re.compile(
        r"<script(?![^>]*(src=|type=\"application/(ld\+)?json\"))[^>]*>|\son\w+=\"|\sstyle=\"", re.IGNORECASE
    )
    strays = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in (ROOT / "templates").rglob("*.html")
        if not {"emails", "email"} & set(path.parts)
        for found in inline.finditer(path.read_text())
    ]
    assert strays == []


def test_a_deliberate_upward_import_breaks_the_contract(tmp_path: Path) -> None:
    """The proof that the import contracts bite: a copy of the tree with one violation fails."""
    copy = tmp_path / "tree"
    copy.mkdir()
    for package in PACKAGES:
        subprocess.run(["cp", "-r", str(ROOT / package), str(copy / package)], check=True)
    (copy / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    with (copy / "catalog" / "locks.py").open("a") as file:
        file.write("\nimport payments.services  # a deliberate violation\n")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "catalog.locks -> payments.services" in done.stdout


def test_no_secret_is_in_the_tree() -> None:
    secret = re.compile(r"sk_live_[A-Za-z0-9]{10,}|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    strays = [
        name
        for name in listed
        if (ROOT / name).is_file()
        and (ROOT / name).stat().st_size < 2_000_000
        and secret.search((ROOT / name).read_text(errors="ignore"))
        and not name.endswith("test_rules.py")
    ]
    assert strays == []
