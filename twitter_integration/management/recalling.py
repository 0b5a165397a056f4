"""manage.py x_account acts PAGE: what was done with an account, by whom, and what became of it."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError

from twitter_integration.choices import Fate
from twitter_integration.console.recalling import Recalled, choose, recall
from twitter_integration.console.table import ACTIONS
from twitter_integration.console.when import moment_words
from twitter_integration.management.naming import find_account, read_moment
from twitter_integration.management.sign_in import Told

USUAL, MOST = 50, 1000


def add_acts(add_parser: Callable[..., ArgumentParser]) -> None:
    parser = add_parser("acts", help="what was done with an account, by whom, and what became of it")
    parser.add_argument("who", metavar="PAGE", help="the account's Page ID or handle")
    parser.add_argument("--by", default="", help="only what this login did")
    parser.add_argument("--since", help="only what was done from this day or moment on")
    kinds = sorted(action.name for action in ACTIONS.values() if action.recorded)
    parser.add_argument("--kind", default="", choices=kinds, metavar="ACTION", help="only this action, as mute")
    parser.add_argument("--outcome", default="", choices=Fate.values, help="only what this became of")
    parser.add_argument("--limit", type=int, default=USUAL, help=f"how many, the newest first; {USUAL} unless told")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def list_acts(options: dict[str, Any]) -> Told:
    """Raises CommandError."""
    limit = options["limit"]
    if not 1 <= limit <= MOST:
        raise CommandError(f"--limit takes 1 to {MOST}.")
    account = find_account(options["who"])
    since = read_moment(options["since"]) if options["since"] else None
    acts = choose(account, private=True, by=options["by"], since=since, kind=options["kind"], fate=options["outcome"])
    found = recall(acts[: limit + 1])
    lines = [_line(one) for one in found[:limit]] or ["Nothing was done yet that fits."]
    if len(found) > limit:
        lines.append(f"There are more: --limit up to {MOST}, or a narrower question.")
    return Told("\n".join(lines), {"account": account.page_id, "acts": [_facts(one) for one in found[:limit]]})


def _line(one: Recalled) -> str:
    act = one.act
    reason = f"because: {act.reason}" if act.reason else ""
    changed = "; ".join(_change(*change) for change in one.changes)
    told = (
        f"{act.by_name} ({act.via})",
        f"{one.words} {one.about}".strip(),
        one.fate,
        one.sentence,
        changed,
        one.link,
        reason,
    )
    return "  ".join([moment_words(act.at), *filter(None, told)])


def _change(words: str, before: str | None, after: str) -> str:
    return f"{words}: {after or '–'}" if before is None else f"{words}: {before or '–'} → {after or '–'}"


def _facts(one: Recalled) -> dict[str, Any]:
    act = one.act
    names = ("action", "target", "target_name", "via", "reason", "changes", "private", "dialect", "code", "result")
    return {
        "id": str(act.pk),
        "at": act.at.isoformat(),
        "by": act.by_name,
        **{name: getattr(act, name) for name in names},
        "about": one.about,
        "outcome": str(act.fate),
        "outcome_words": one.fate,
        "sentence": one.sentence,
        "link": one.link,
    }
