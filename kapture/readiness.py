"""Is this installation able to work? Database, migrations, and what the probes call unhealthy."""

from dataclasses import dataclass

from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from kapture import probes


@dataclass(frozen=True)
class Part:
    """One thing that must hold. `plain`: its sentence is for people; otherwise it is a number for machines."""

    name: str
    ok: bool
    sentence: str
    plain: bool = True


class _Schema:
    """Remembers that the schema is complete: reading the whole migration graph for each request would cost 0.2 s."""

    complete = False


def unapplied() -> int:
    """Return how many migrations of this code are not in the database yet."""
    if _Schema.complete:
        return 0
    executor = MigrationExecutor(connections["default"])
    count = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    _Schema.complete = count == 0
    return count


def forget_schema() -> None:
    """Look at the migrations again next time."""
    _Schema.complete = False


def parts() -> list[Part]:
    """Return every part with its state; later parts are left out when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = unapplied()
    except DatabaseError as error:
        return [Part("database", False, f"The database does not answer ({type(error).__name__}).")]
    found = [Part("database", True, "The database answers.")]
    if missing:
        return [*found, Part("migrations", False, f"{missing} migrations are not applied: run manage.py migrate.")]
    found.append(Part("migrations", True, "All migrations are applied."))
    return found + _unhealthy_figures()


def _unhealthy_figures() -> list[Part]:
    """One part per figure's name: the first complaint, or that there is none."""
    states: dict[str, Part] = {}
    for figure in probes.collect():
        if figure.unhealthy:
            states[figure.name] = Part(figure.name, False, figure.unhealthy)
        elif figure.name not in states:
            sentence = figure.healthy or f"{figure.help}: {figure.value:g}."
            states[figure.name] = Part(figure.name, True, sentence, plain=bool(figure.healthy))
    return list(states.values())
