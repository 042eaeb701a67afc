"""Every package that our code imports is declared in pyproject.toml: what somebody installed by hand does not count."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import distributions, packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
_FIRST_PARTY = frozenset({"shop", "catalog", "inventory", "orders", "payments", "crm", "analytics", "tests"})
_OURS = (*sorted(_FIRST_PARTY), "deploy", "manage.py")
# Only the developers' targets run these.
_FOR_DEVELOPERS = ("tests/", "shop/embedded/pytest_summary.py", "shop/embedded/screenshots.py")
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?=\w)|import[ \t]+)([\w.]+(?:[ \t]+as[ \t]+\w+)?,?)", re.MULTILINE
)
_OF_THE_ENVIRONMENT = frozenset({"pip", "setuptools", "wheel"})


@dataclass(frozen=True)
class Declared:
    """The names of pyproject.toml, as package indexes spell them."""

    runtime: frozenset[str]
    developers: frozenset[str]

    @classmethod
    def read(cls, pyproject: Path) -> Declared:
        """Read both lists."""
        content = tomllib.loads(pyproject.read_text())
        runtime = _name_all(content["project"]["dependencies"])
        return cls(runtime=runtime, developers=runtime | _name_all(content["dependency-groups"]["dev"]))


def _name_all(requirements: Sequence[str]) -> frozenset[str]:
    return frozenset(normalize(re.split(r"[\s\[<>=~!;]", requirement)[0]) for requirement in requirements)


def normalize(name: str) -> str:
    """Spell a package's name as an index does."""
    return re.sub(r"[-_.]+", "-", name).lower()


def find_undeclared(root: Path, declared: Declared, providers: Mapping[str, Sequence[str]]) -> list[str]:
    """Return one sentence for each import of a module that no declared package brings."""
    known = _FIRST_PARTY | sys.stdlib_module_names
    names = {module: {normalize(package) for package in found} for module, found in providers.items()}
    found = []
    for file in _list_files(root):
        name = file.relative_to(root).as_posix()
        place = "the dev group" if name.startswith(_FOR_DEVELOPERS) else "dependencies"
        allowed = declared.developers if name.startswith(_FOR_DEVELOPERS) else declared.runtime
        fine = known.union(module for module, packages in names.items() if not allowed.isdisjoint(packages))
        for module in _list_modules(file.read_text(), fine):
            packages = " or ".join(sorted(names.get(module, ()))) or "not installed"
            found.append(
                f"{name} imports {module} ({packages}), which pyproject.toml does not declare: "
                f"add it to {place} and run `make lock`, or do without it."
            )
    return found


def _list_files(root: Path) -> Iterator[Path]:
    for name in _OURS:
        place = root / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place] * place.exists()


def _list_modules(source: str, fine: frozenset[str]) -> list[str]:
    """Return the top-level modules that are imported and not fine; parses only what may have one."""
    lines = _IMPORT.findall(source)
    if all("," not in line and re.split(r"[.\s]", line)[0] in fine for line in lines):
        return []
    modules: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules.add((node.module or "").partition(".")[0])
    return sorted(modules - fine)


def list_unlocked(lock: Path) -> list[str]:
    """Return the packages of this environment that the lock does not name."""
    locked = {normalize(name) for name in re.findall(r"^([\w.-]+)==", lock.read_text(), re.MULTILINE)}
    here = {normalize(found.name) for found in distributions()}
    return sorted(here - locked - _OF_THE_ENVIRONMENT)


def main() -> int:
    """Tell every undeclared import, and what the environment holds beside the lock."""
    undeclared = find_undeclared(ROOT, Declared.read(ROOT / "pyproject.toml"), packages_distributions())
    for sentence in undeclared:
        sys.stdout.write(f"{sentence}\n")
    if unlocked := list_unlocked(ROOT / "requirements-dev.txt"):
        sys.stdout.write(
            f"note: .venv also holds {', '.join(unlocked)}, which no lock names: a fresh checkout has no such "
            "package. `make clean` and `make install-dev` give one of the lock alone.\n"
        )
    return 1 if undeclared else 0


if __name__ == "__main__":
    sys.exit(main())
