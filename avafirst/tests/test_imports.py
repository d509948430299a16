"""No two modules import each other, directly or by way of others; imports inside functions count."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
Graph = dict[str, set[str]]


def test_modules_form_no_import_cycle():
    graph = read_imports(source_modules())
    assert len(graph) > 200
    cycles = [shortest_cycle(graph, group) for group in find_cycles(graph)]
    assert not cycles, "import cycles:\n" + "\n".join(" → ".join(path) for path in cycles)


def test_a_cycle_is_found_and_printed():
    graph = {"a": {"b"}, "b": {"c", "d"}, "c": {"a", "d"}, "d": set(), "e": {"a"}}
    (group,) = find_cycles(graph)
    assert group == {"a", "b", "c"}
    assert shortest_cycle(graph, group) == ["a", "b", "c", "a"]


def test_imports_inside_functions_count_and_those_for_type_checking_do_not():
    source = """
from typing import TYPE_CHECKING
import app.a
if TYPE_CHECKING:
    from app import b
else:
    from app import c
def function():
    from app.d import name
"""
    names = {f"app.{letter}" for letter in "abcd"}
    assert set(imported_modules(source, names)) == {"app.a", "app.c", "app.d"}


def source_modules() -> dict[str, Path]:
    """The modules of all apps by dotted name, without tests and migrations."""
    apps = [path.parent for path in ROOT.glob("*/__init__.py")]
    files = [path for app in apps for path in app.rglob("*.py")]
    parts = {path: path.relative_to(ROOT).with_suffix("").parts for path in files}
    return {
        ".".join(names).removesuffix(".__init__"): path
        for path, names in parts.items()
        if not {"tests", "migrations"} & set(names)
    }


def read_imports(modules: dict[str, Path]) -> Graph:
    names = set(modules)
    return {name: set(imported_modules(path.read_text(), names)) - {name} for name, path in modules.items()}


def imported_modules(source: str, names: set[str]) -> Iterator[str]:
    """The modules among `names` that a source imports."""
    for node in statements(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports are not resolved here"
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                found = submodule if submodule in names else str(node.module)
                yield from {found} & names


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below this one but those in a TYPE_CHECKING block."""
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        children = list(node.orelse)
    for child in children:
        yield child
        yield from statements(child)


def find_cycles(graph: Graph) -> list[set[str]]:
    """The strongly connected groups of more than one module (Tarjan's algorithm)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    groups: list[set[str]] = []

    def visit(name: str) -> None:
        order[name] = lowest[name] = len(order)
        stack.append(name)
        for other in sorted(graph[name]):
            if other not in order:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in stack:
                lowest[name] = min(lowest[name], order[other])
        if lowest[name] == order[name]:
            group = set(stack[stack.index(name) :])
            del stack[stack.index(name) :]
            groups.append(group)

    for name in sorted(graph):
        if name not in order:
            visit(name)
    return [group for group in groups if len(group) > 1]


def shortest_cycle(graph: Graph, group: set[str]) -> list[str]:
    """A way from the group's first module back to itself."""
    start = min(group)
    paths = [[start]]
    for path in paths:  # grows while it is read: breadth first
        for other in sorted(graph[path[-1]] & group):
            if other == start:
                return [*path, start]
            if all(other not in known for known in paths):
                paths.append([*path, other])
    raise AssertionError(f"{sorted(group)} is no cycle")
