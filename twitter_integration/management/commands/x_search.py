"""manage.py x_search: try a search query out (preview), run an account's queries now (run), or show them (list)."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from kapture.figures import counted
from kapture.sealing import CannotOpen
from twitter_integration.errors import XError
from twitter_integration.management.naming import find_account, find_connected
from twitter_integration.models import PartnerAccount, SearchQuery
from twitter_integration.models.search_query import MOST_PER_HOUR
from twitter_integration.reading.cursors import may_read
from twitter_integration.reading.previewing import Hit, Preview, preview
from twitter_integration.reading.search_grammar import WrongQuery
from twitter_integration.reading.searching import answered, run_account


class Command(DeskCommand):
    help = "Try a search query out, with its expected volume and cost; run an account's queries now; or show them."
    free_texts = ("--query",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", metavar="ACTION", choices=("preview", "run", "list"), help="preview, run or list")
        parser.add_argument(
            "page", metavar="PAGE", nargs="?", help="the account's Page ID or handle (list: default every account)"
        )
        parser.add_argument(
            "label", metavar="LABEL", nargs="?", help="one of its queries (default for run: all that are enabled)"
        )
        parser.add_argument("--query", help="preview this text instead of a stored query")
        parser.add_argument("--language", default="", help="with --query: X's code, such as en")
        parser.add_argument("--cap", default="60", help="with --query: most per hour")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        options["cap"] = _cap(options["cap"])
        facts: list[dict[str, Any]]
        try:
            if options["action"] == "list":
                facts = self._list(options["page"])
            elif options["page"] is None:
                raise CommandError(f"Whose query? x_search {options['action']} PAGE.")
            elif options["action"] == "preview":
                facts = [self._preview(find_connected(options["page"]), options)]
            else:
                facts = self._run(find_connected(options["page"]), options["label"])
        except WrongQuery as error:
            raise CommandError(str(error)) from None
        except XError as error:
            raise CommandError(error.sentence) from None
        except CannotOpen as error:
            raise CommandError(str(error)) from None
        for one in facts:
            self.stdout.write(json.dumps(one) if options["json"] else SHOWN[options["action"]](one))
        if not facts and not options["json"]:
            self.stdout.write(NOTHING[options["action"]])

    def _list(self, page: str | None) -> list[dict[str, Any]]:
        """Of every account, whose they are as well."""
        queries = SearchQuery.objects.select_related("account").order_by("account__page_name", "label")
        if page is not None:
            return [_figures(query) for query in queries.filter(account=find_account(page))]
        return [{"account": query.account.page_name} | _figures(query) for query in queries]

    def _preview(self, account: PartnerAccount, options: dict[str, Any]) -> dict[str, Any]:
        text, language, cap = options["query"], options["language"], options["cap"]
        if text is None:
            if not options["label"]:
                raise CommandError("Name one of the account's queries, or give a text with --query.")
            stored = _find_query(account, options["label"])
            text, language, cap = stored.query, stored.language, stored.cap_per_hour
        return _describe(preview(account, text, language=language, cap_per_hour=cap, now=timezone.now()))

    def _run(self, account: PartnerAccount, label: str | None) -> list[dict[str, Any]]:
        labels = [_find_query(account, label).label] if label else []
        return [
            {"label": r.query.label, "outcome": r.outcome, "hits": len(r.events), "kept": r.kept, "note": r.sentence}
            for r in run_account(account, labels=labels, now=timezone.now())
        ]


def _cap(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_PER_HOUR:
        raise CommandError(f"--cap takes a number from 1 to {MOST_PER_HOUR}, not {text!r}.")
    return int(text)


def _find_query(account: PartnerAccount, label: str) -> SearchQuery:
    found = account.search_queries.filter(label__iexact=label).first()
    if found is None:
        known = ", ".join(account.search_queries.values_list("label", flat=True)) or "none"
        raise CommandError(f"@{account.page_name} has no query {label!r}. Known: {known}.")
    return found


def _describe(found: Preview) -> dict[str, Any]:
    how = "counted" if found.counted else "estimated"
    return {
        "query": found.query,
        f"posts per day ({how})": found.per_day,
        "cost per day, US$": str(found.cost_per_day),
        "at most per day, US$": str(found.most_per_day),
        "newest hits": [_line(hit) for hit in found.hits],
    }


def _line(hit: Hit) -> str:
    held = " (already held)" if hit.held else ""
    return f"{hit.sent_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC @{hit.author}: {hit.text} {hit.link}{held}"


def _figures(query: SearchQuery) -> dict[str, Any]:
    return {
        "label": query.label,
        "query": query.composed,
        "enabled": query.enabled,
        "runs": query.enabled and may_read(query.account),
        "account state": str(query.account.token_word if query.account.enabled else _off(query.account)),
        "hits": query.hits,
        "kept": query.kept,
        "answered": answered(query),
        "cost, US$": str(query.cost),
        "last run": query.last_run_at.isoformat() if query.last_run_at else None,
        "last error": query.last_error,
    }


def _off(account: PartnerAccount) -> str:
    return account.token_word if account.purged_at is not None else "Switched off"


def _show_preview(facts: dict[str, Any]) -> str:
    how = "counted by X over a week" if "posts per day (counted)" in facts else "estimated from the newest hits"
    per_day = facts.get("posts per day (counted)", facts.get("posts per day (estimated)"))
    lines = [
        f"The query {facts['query']} finds about {per_day:g} posts a day ({how}).",
        f"That costs ${facts['cost per day, US$']} a day, at most ${facts['at most per day, US$']} with this cap.",
    ]
    hits = facts["newest hits"]
    return "\n".join([*lines, *(["The newest hits:", *(f"  {hit}" for hit in hits)] if hits else ["It has no hits."])])


def _show_run(facts: dict[str, Any]) -> str:
    line = f"{facts['label']}: {facts['outcome']}, {counted(facts['hits'], 'hit')}, {facts['kept']} kept."
    return " ".join(filter(None, (line, facts["note"])))


def _show_query(facts: dict[str, Any]) -> str:
    whose = f"@{facts['account']}, " if "account" in facts else ""
    state = "enabled" if facts["enabled"] else "switched off"
    if facts["enabled"] and not facts["runs"]:
        state = f"does not run (its account: {facts['account state'].lower()})"
    when = facts["last run"]
    ran = f"last run {datetime.fromisoformat(when).astimezone(UTC):%Y-%m-%d %H:%M} UTC" if when else "never run"
    figures = f"{counted(facts['hits'], 'hit')}, {facts['kept']} kept, {facts['answered']} answered"
    lines = [f"{whose}{facts['label']}, {state}: {facts['query']}", f"  {figures}, ${facts['cost, US$']} spent; {ran}."]
    return "\n".join([*lines, *([f"  The last run failed: {facts['last error']}"] if facts["last error"] else [])])


# What people read; programs get the facts with --json.
SHOWN = {"preview": _show_preview, "run": _show_run, "list": _show_query}
NOTHING = {"preview": "", "run": "There is no enabled query to run.", "list": "There are no search queries yet."}
