"""The architecture as a test: who may import whom (docs/architecture.md)."""

import ast
from collections.abc import Iterable

import pytest

from tests.house.layers import DOORS, EDGES, LAYERS, LEAVES, PURE, TOOLS
from tests.house.tree import PACKAGES, Module, foreign_imports, functions, imports, modules, names


def every(package: str) -> list[Module]:
    return list(modules(package))


def named(name: str) -> Module:
    return next(module for module in modules(name.split(".")[0]) if module.name == name)


def inside(name: str, places: Iterable[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def test_tickets_knows_no_channel() -> None:
    guilty = {m.name: imports(m) for m in every("tickets") if inside_any(imports(m), ["twitter_integration"])}
    assert guilty == {}


def test_both_apps_know_only_the_tools_of_the_project() -> None:
    for module in (*every("tickets"), *every("twitter_integration")):
        of_kapture = {name for name in imports(module) if inside(name, ["kapture"])}
        assert of_kapture <= TOOLS, module.name


def test_the_project_names_its_apps_by_strings() -> None:
    for module in every("kapture"):
        if module.name != "kapture.management.commands.demo_data":
            assert not inside_any(imports(module), ["tickets", "twitter_integration"]), module.name


def test_x_reaches_tickets_through_its_doors_only() -> None:
    for module in every("twitter_integration"):
        if inside(module.name, ["twitter_integration.admin"]):
            continue
        of_tickets = {name for name in imports(module) if inside(name, ["tickets"])}
        assert of_tickets <= DOORS | {"tickets.choices"}, module.name


def test_the_sandbox_imports_nothing_of_ours() -> None:
    for module in every("twitter_integration"):
        if inside(module.name, ["twitter_integration.sandbox"]):
            strange = {n for n in imports(module) if not inside(n, ["twitter_integration.sandbox"])}
            assert strange == set(), module.name
            assert "django" not in foreign_imports(module), module.name


def test_nobody_imports_the_sandbox_but_its_command() -> None:
    for module in (m for package in PACKAGES for m in every(package)):
        if not inside(module.name, ["twitter_integration.sandbox", "twitter_integration.management"]):
            allowed = module.name == "kapture.management.commands.demo_data"
            assert allowed or not inside_any(imports(module), ["twitter_integration.sandbox"]), module.name


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_leaves_import_nothing_of_ours_but_what_the_table_says(name: str) -> None:
    assert imports(named(name)) == LEAVES[name]


@pytest.mark.parametrize("name", sorted(PURE))
def test_pure_modules_import_leaves_only(name: str) -> None:
    assert imports(named(name)) <= PURE[name]
    assert "django" not in foreign_imports(named(name))


def test_decoders_import_events_and_each_other() -> None:
    for module in every("twitter_integration"):
        if inside(module.name, ["twitter_integration.payloads"]):
            allowed = ["twitter_integration.payloads", "twitter_integration.events"]
            assert all(inside(name, allowed) for name in imports(module)), module.name
            assert "django" not in foreign_imports(module), module.name


def test_actions_import_downward_only() -> None:
    for height, layer in enumerate(LAYERS):
        below = set().union(*LAYERS[height + 1 :]) | set(LEAVES) | set(PURE) | TOOLS
        for name in sorted(layer):
            for module in (m for m in every("tickets") if inside(m.name, [name])):
                upward = {n for n in imports(module) if not inside(n, below | {name})}
                assert upward == set(), f"{module.name} imports upward or sideways"


def edge_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in EDGES else None


def test_edges_never_import_each_other() -> None:
    together = {("urls", "views"), ("urls", "forms"), ("views", "forms")}
    for module in (*every("tickets"), *every("twitter_integration")):
        edge = edge_of(module.name)
        for other in (edge_of(name) for name in imports(module)):
            assert edge is None or other in (None, edge) or (edge, other) in together, f"{module.name} → {other}"


def test_nothing_but_edges_imports_edges() -> None:
    for module in (*every("tickets"), *every("twitter_integration")):
        if edge_of(module.name) is None:
            assert not [name for name in imports(module) if edge_of(name)], module.name


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_there_is_no_import_inside_a_function(package: str) -> None:
    """A bench may: it sets Django up before it can import what it measures."""
    for module in every(package):
        for node in functions(module):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert inner == [], f"{module.name}.{node.name}"


def test_there_are_no_signals() -> None:
    for module in (m for package in PACKAGES for m in every(package)):
        assert not module.name.endswith(".signals")
        text = module.path.read_text()
        assert "django.db.models.signals" not in text and "django.dispatch" not in text, module.name


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {m.name: imports(m) & names() for package in PACKAGES for m in every(package)}
    packages = {m.name for package in PACKAGES for m in every(package) if m.is_package}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " → ".join([*path[path.index(name) :], name])
        if name in done:
            return
        for other in sorted(graph[name]):
            # A package's own parts may name it; it is complete only after them.
            if not (other in packages and inside(name, [other])):
                visit(other, (*path, name))
        done.add(name)

    for name in sorted(graph):
        visit(name, ())


def inside_any(found: Iterable[str], places: Iterable[str]) -> bool:
    wanted = list(places)
    return any(inside(name, wanted) for name in found)
