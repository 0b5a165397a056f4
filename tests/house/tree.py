"""The code read as text and as syntax: which files there are, and what each one imports."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("kapture", "tickets", "twitter_integration")
CODE = (*PACKAGES, "tests", "bench")


@dataclass(frozen=True)
class Module:
    """A Python file of ours: `name` as one imports it."""

    path: Path
    name: str

    @property
    def tree(self) -> ast.Module:
        return _parse(self.path)

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def nodes(module: Module) -> tuple[ast.AST, ...]:
    """Everything in it, in the order of `ast.walk`."""
    return tuple(ast.walk(module.tree))


@cache
def modules(package: str) -> tuple[Module, ...]:
    """Every module below a package, migrations excepted."""
    found = sorted(p for p in (ROOT / package).rglob("*.py") if "migrations" not in p.parts)
    return tuple(Module(path, _name(path)) for path in found)


def _name(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def names() -> frozenset[str]:
    return frozenset(module.name for package in PACKAGES for module in modules(package))


@cache
def imports(module: Module) -> frozenset[str]:
    """The modules of ours it imports, each by its full name; `from a import b` is a.b when that is a module."""
    found: set[str] = set()
    for node in nodes(module):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            found.update(name if name in names() else node.module for name in whole)
    return frozenset(name for name in found if name.split(".")[0] in PACKAGES)


def foreign_imports(module: Module) -> set[str]:
    """The packages of others it imports, by their first name."""
    found: set[str] = set()
    for node in nodes(module):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found - set(PACKAGES)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def tracked() -> tuple[Path, ...]:
    """The files that are delivered: those git knows, or outside a clone everything but what is generated."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if told.returncode == 0 and told.stdout:
        paths = [ROOT / name for name in told.stdout.decode().split("\0") if name]
        return tuple(path for path in paths if path.is_file())
    skipped = {"var", ".venv", ".git", "__pycache__", ".mypy_cache", ".ruff_cache"}
    return tuple(p for p in ROOT.rglob("*") if p.is_file() and not skipped & set(p.relative_to(ROOT).parts))
