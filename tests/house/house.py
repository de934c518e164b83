"""Reading the house with the standard library: which files there are, and who imports whom."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("app", "blueprints", "plugins", "tests", "migrations", "wsgi", "worker")


@dataclass(frozen=True)
class Import:
    """One import statement: where, what (dotted), and whether it stands inside a function."""

    module: str
    imported: str
    is_deferred: bool
    is_typing_only: bool
    path: Path

    def __str__(self) -> str:
        return f"{self.module} imports {self.imported}"


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Python files of some top-level folders."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


def files(folder: str, pattern: str) -> list[Path]:
    """Files of one folder, without what is built or installed."""
    return sorted(p for p in (ROOT / folder).rglob(pattern) if "dist" not in p.parts and "node_modules" not in p.parts)


def module_name(path: Path) -> str:
    """`app/web/forms.py` → `app.web.forms`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def imports(*folders: str) -> tuple[Import, ...]:
    """Every import in some folders."""
    return tuple(found for path in python_files(*folders) for found in _imports_of(path))


@cache
def modules() -> frozenset[str]:
    """All modules of the project's own code."""
    return frozenset(module_name(path) for path in python_files("app", "blueprints", "plugins"))


def _imports_of(path: Path) -> Iterator[Import]:
    yield from _walk(tree(path), path, deferred=False, typing_only=False)


def _walk(node: ast.AST, path: Path, *, deferred: bool, typing_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inside = deferred or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typed = typing_only or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test))
        for name in _names(child):
            yield Import(module_name(path), name, deferred, typed, path)
        yield from _walk(child, path, deferred=inside, typing_only=typed)


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def as_module(name: str) -> str:
    """The module a dotted name belongs to: `app.web.forms.AppForm` → `app.web.forms`."""
    while name and name not in modules():
        name = name.rpartition(".")[0]
    return name
