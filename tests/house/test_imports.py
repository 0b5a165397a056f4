"""The architecture as a test: who may import whom (docs/architecture.md)."""

import ast
from collections.abc import Iterable

import pytest

from tests.house.tree import PACKAGES, Module, foreign_imports, functions, imports, modules, names

TOOLS = frozenset(
    f"kapture.{name}"
    for name in (
        "figures",
        "logs",
        "sets",
        "prepared",
        "addresses",
        "broker",
        "progress",
        "readable",
        "sealing",
        "admin_base",
        "admin_list_edited",
        "api_base",
        "command_base",
    )
)
DOORS = frozenset(
    f"tickets.{name}" for name in ("channels", "inbound", "outbound", "happenings", "intake", "bells", "posting")
)
LEAVES = {
    "tickets.choices": set(),
    "tickets.errors": set(),
    "tickets.inbound": set(),
    "tickets.outbound": set(),
    "tickets.channels": {"tickets.inbound", "tickets.outbound"},
    "twitter_integration.choices": set(),
}
PURE = {
    "tickets.composing.films": set(),
    "tickets.composing.pictures": set(),
    "tickets.matching": {"tickets.choices"},
    "tickets.sending.pacing": {"tickets.outbound"},
    "tickets.routing": {"tickets.choices", "tickets.inbound"},
    "tickets.happenings": {"tickets.inbound"},
    "tickets.calendars": {"tickets.promises.opening"},
    "tickets.promises.public_holidays": set(),
    "tickets.sla": {"tickets.calendars", "tickets.choices"},
    "tickets.regrouping.uniting": {"tickets.choices", "tickets.sla"},
    "tickets.regrouping.staying": {"tickets.choices", "tickets.promises.unresolving", "tickets.sla"},
    "tickets.promises.retelling": {"tickets.sla", "tickets.choices"},
    "tickets.promises.unresolving": {"tickets.sla", "tickets.choices"},
    "tickets.automatic.automating": {"tickets.choices"},
    "tickets.staffing.allotting": {"tickets.choices"},
    "tickets.promises.opening": set(),
    "tickets.reading.shelving": set(),
    "tickets.resting.presets": set(),
    "tickets.regrouping.nearness": set(),
    "tickets.incidents.standing": {"tickets.choices"},
    "tickets.incidents.lagging": {"tickets.choices"},
    "tickets.incidents.filling": {"tickets.phrases.braces"},
    "tickets.composing.blanks": set(),
    "tickets.wording.unseen": set(),
    "tickets.phrases.braces": set(),
    "tickets.phrases.placeholders": {"tickets.phrases.braces"},
    "tickets.zones.listed": set(),
    "tickets.phrases.choosing": {"tickets.rules.languages"},
    "tickets.notices.whom": {"tickets.choices"},
    "tickets.notices.wishes": {"tickets.choices"},
    "tickets.notices.mentions": set(),
    "tickets.finding.words": set(),
    "tickets.finding.spans": set(),
    "tickets.finding.amounts": set(),
    "tickets.finding.terms": set(),
    "tickets.finding.vocabulary": {"tickets.choices", "tickets.finding.spans", "tickets.rules.languages"},
    "tickets.finding.values": {
        "tickets.finding.amounts",
        "tickets.finding.spans",
        "tickets.finding.terms",
        "tickets.finding.vocabulary",
        "tickets.rules.languages",
    },
    "tickets.finding.query": {
        "tickets.finding.terms",
        "tickets.finding.values",
        "tickets.finding.vocabulary",
        "tickets.finding.words",
    },
    "tickets.approving.needing": {"tickets.rules.words"},
    "tickets.rules.words": set(),
    "tickets.rules.typed": set(),
    "tickets.rules.shape": {"tickets.rules.words"},
    "tickets.rules.languages": set(),
    "tickets.rules.facts": {"tickets.choices", "tickets.rules.languages", "tickets.rules.shape"},
    "tickets.rules.fields": {"tickets.choices", "tickets.rules.facts", "tickets.rules.languages"},
    "tickets.rules.conditions": {
        "tickets.rules.fields",
        "tickets.rules.languages",
        "tickets.rules.words",
    },
    "tickets.rules.faults": {
        "tickets.rules.conditions",
        "tickets.rules.fields",
        "tickets.rules.words",
    },
    "tickets.rules.comparing": {"tickets.rules.conditions"},
    "tickets.rules.judging": {
        "tickets.rules.conditions",
        "tickets.rules.facts",
        "tickets.rules.fields",
        "tickets.rules.shape",
        "tickets.rules.words",
    },
    "tickets.rules.rulings": {"tickets.rules.deciding", "tickets.rules.judging"},
    "tickets.rules.sensing": {"tickets.rules.facts", "tickets.rules.shape"},
    "tickets.rules.deciding": {
        "tickets.choices",
        "tickets.rules.conditions",
        "tickets.rules.facts",
        "tickets.rules.judging",
    },
    "tickets.rules.stages": {"tickets.rules.deciding", "tickets.rules.facts"},
    "twitter_integration.events": set(),
    "twitter_integration.signing": set(),
}
# What the parts may know, downward only: each row may import the rows below it, and the pure and the leaves.
LAYERS = (
    {"tickets.tasks", "tickets.schedules"},
    {"tickets.hooks"},
    {
        "tickets.intake",
        "tickets.outbox",
        "tickets.sending.outgoing",
        "tickets.posting",
        "tickets.sending.retrying",
        "tickets.sending.leaving",
    },
    {"tickets.sending.reading_back", "tickets.receiving.storing"},
    {
        "tickets.automatic.autoreplies",
        "tickets.automatic.inviting",
        "tickets.composing.by_hand",
        "tickets.receiving.completing",
        "tickets.receiving.echoes",
        "tickets.sending.outcomes",
        "tickets.receiving.overtaken",
        "tickets.sending.receipts",
        "tickets.receiving.versions",
    },
    {"tickets.receiving.twins"},
    {"tickets.receiving.joining", "tickets.incidents.telling"},
    {"tickets.receiving.leaving"},
    {"tickets.regrouping.undoing", "tickets.incidents.stating", "tickets.regrouping.automerging"},
    {
        "tickets.regrouping.splitting",
        "tickets.incidents.founding",
        "tickets.incidents.ending",
        "tickets.incidents.letting_go",
    },
    {"tickets.merging", "tickets.regrouping.letting_go", "tickets.regrouping.replaying"},
    {
        "tickets.approving.deciding",
        "tickets.phrases.macros",
        "tickets.regrouping.journal",
        "tickets.regrouping.recounting",
        "tickets.regrouping.returning",
    },
    {"tickets.composing.finishing", "tickets.phrases.foreseeing", "tickets.phrases.steps", "tickets.resting.slips"},
    {"tickets.receiving.filing", "tickets.replies", "tickets.sending.settling", "tickets.receiving.noting"},
    {"tickets.sending.scheduling", "tickets.approving.foretelling", "tickets.approving.withdrawing"},
    {"tickets.approving.keeping", "tickets.resting.reopening", "tickets.resting.resolving"},
    {"tickets.composing.beginning", "tickets.resting.under_way", "tickets.sending.terms", "tickets.sending.threads"},
    {
        "tickets.sending.dispatching",
        "tickets.sending.following",
        "tickets.sending.claiming",
        "tickets.sending.crew",
        "tickets.sending.repeating",
    },
    {"tickets.sending.meters"},
    {"tickets.sending.queueing"},
    {
        "tickets.promises.escalating",
        "tickets.resting.lapsing",
        "tickets.phrases.offering",
        "tickets.promises.repromising",
        "tickets.resting.aging",
        "tickets.receiving.retracting",
        "tickets.composing.weighing",
    },
    {"tickets.phrases.shelf", "tickets.approving.asking"},
    {"tickets.incidents.foreseeing", "tickets.incidents.protesting", "tickets.promises.stepping"},
    {
        "tickets.receiving.attention",
        "tickets.composing.answering",
        "tickets.reading.last_word",
        "tickets.receiving.placing",
        "tickets.rules.applying",
        "tickets.rules.rehearsing",
    },
    {
        "tickets.composing.targets",
        "tickets.rules.starting",
        "tickets.composing.drafts",
        "tickets.composing.fetching",
        "tickets.automatic.wanted",
    },
    {"tickets.composing.sheets"},
    {"tickets.composing.enclosing", "tickets.composing.files"},
    {
        "tickets.receiving.loose",
        "tickets.receiving.candidates",
        "tickets.rules.recalling",
        "tickets.rules.rulebook",
        "tickets.rules.naming",
        "tickets.assignment",
        "tickets.checklists",
        "tickets.staffing.needing",
        "tickets.resting.snoozing",
        "tickets.incidents.choosing",
        "tickets.incidents.untelling",
        "tickets.incidents.grouping",
        "tickets.regrouping.same_person",
        "tickets.receiving.people",
        "tickets.receiving.rows",
        "tickets.receiving.talks",
    },
    {
        "tickets.regrouping.linking",
        "tickets.lifecycle",
        "tickets.deeds",
        "tickets.automatic.opting_out",
        "tickets.composing.quoting",
        "tickets.reminding",
    },
    {"tickets.staffing.board"},
    {"tickets.staffing.going_on"},
    {"tickets.staffing.presence", "tickets.staffing.pulling"},
    {"tickets.staffing.returning"},
    {"tickets.staffing.giving"},
    {"tickets.staffing.roster"},
    {"tickets.staffing.past"},
    {"tickets.notices", "tickets.finding.shelf"},
    {"tickets.clocks", "tickets.permissions", "tickets.history", "tickets.live", "tickets.receiving.turns"},
    {
        "tickets.promises.asked",
        "tickets.promises.reprioritised",
        "tickets.reading.changes",
        "tickets.sending.waiting",
        "tickets.rules.versions",
        "tickets.rules.evidence",
        "tickets.rules.resting",
        "tickets.finding.entries",
        "tickets.finding.forgetting",
    },
    {"tickets.zones", "tickets.finding.customers"},
    {"tickets.bells", "tickets.models"},
    {"tickets.rules.differences"},
    {"tickets.rules.wording"},
)
EDGES = ("views", "api", "admin", "management", "tasks", "forms", "urls", "templatetags")


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
