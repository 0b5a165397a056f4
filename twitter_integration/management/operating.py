"""manage.py x_account <action> PAGE: every action of the console by its name, with the fields it asks for."""

import getpass
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.core.management.base import CommandError
from django.utils import timezone

from tickets.posting import Enclosure
from twitter_integration.console import doing, permitting
from twitter_integration.console.action import Action, Field, Kind
from twitter_integration.console.actor import Actor, as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.page import page
from twitter_integration.console.refused import NotConfirmed, Refused, Unsettled
from twitter_integration.console.showing import as_json, as_line
from twitter_integration.console.table import ACTIONS
from twitter_integration.management.naming import find_account, read_moment, refusals_told
from twitter_integration.management.sign_in import Say, Told
from twitter_integration.models import PartnerAccount
from twitter_integration.offers import Dialect

# Beside 0: done, and 1: words or options that mean nothing (kapture.command_base), or a refusal.
NOT_UNDERSTOOD, UNSETTLED = 2, 3


def add_actions(add_parser: Callable[..., ArgumentParser]) -> None:
    """A sub-command for each action, and one that lists them."""
    listing = add_parser("actions", help="what can be done with an account, and what its access tier forbids")
    listing.add_argument("who", metavar="PAGE", nargs="?", help="the account's Page ID or handle")
    listing.add_argument("--json", action="store_true", help="one JSON object per action")
    listing.add_argument(
        "--markdown", action="store_true", help="the table of all accounts, as docs/console.md shows it"
    )
    for action in ACTIONS.values():
        _add_action(add_parser(action.name, help=action.words), action)


def _add_action(parser: ArgumentParser, action: Action) -> None:
    parser.add_argument("who", metavar="PAGE", help="the account's Page ID or handle")
    for field in action.fields:
        told = ": ".join(filter(None, (field.words, field.hint or ", ".join(field.choices))))
        if field.kind == Kind.FILES:
            parser.add_argument("--file", dest=field.name, action="append", metavar="PATH", help=told)
            parser.add_argument("--alt", action="append", default=[], help="what that file shows; once for each --file")
        elif field.required:
            parser.add_argument(field.name, metavar=field.name.upper(), help=told)
        else:
            parser.add_argument(f"--{field.name.replace('_', '-')}", dest=field.name, help=told)
    if not action.reads:
        parser.add_argument("--reason", default="", help="why, for the record")
    done = "reads it" if action.reads else "does it"
    parser.add_argument(
        "--by", help=f"the login of whoever {done}, with their rights; else the operator at this machine"
    )
    if action.explain:
        parser.add_argument("--until", help="a day or moment on which the desk reminds")
    if action.confirm:
        parser.add_argument("--yes", action="store_true", help="really do it")
    parser.add_argument("--dialect", choices=[dialect.value for dialect in Dialect], help="not the preferred one")
    parser.add_argument("--json", action="store_true", help="the outcome as one JSON object")


def operate(options: dict[str, Any], *, say: Say) -> Told:
    """Perform the action named. Raises CommandError."""
    account = find_account(options["who"])
    action = ACTIONS[options["action"]]
    values = {field.name: _value(field, options) for field in action.fields}
    order = doing.Order(
        action=action.name,
        values=values,
        reason=options.get("reason", ""),
        until=read_moment(options["until"]) if options.get("until") else None,
        confirmed=bool(options.get("yes")),
        dialect=Dialect(options["dialect"]) if options["dialect"] else None,
    )
    try:
        with refusals_told():
            done = doing.perform(account, order, actor=_actor(options.get("by")), now=timezone.now())
    except (BadInput, NotConfirmed) as error:
        more = " Say --yes." if isinstance(error, NotConfirmed) else ""
        raise CommandError(error.sentence + more, returncode=NOT_UNDERSTOOD) from None
    except Refused as error:
        code = UNSETTLED if isinstance(error, Unsettled) else 1
        raise CommandError(_refusal(error), returncode=code) from None
    return _told(account, done, say)


def list_actions(options: dict[str, Any]) -> Told:
    """Every action, in which dialect this account's app may do it, or why it may not."""
    if options["markdown"]:
        return Told(page(), {})
    if options["who"] is None:
        raise CommandError("Whose? x_account actions PAGE, or --markdown.", returncode=NOT_UNDERSTOOD)
    account = find_account(options["who"])
    rows = [_offered(account, action) for action in ACTIONS.values()]
    lines = [f"{row['action']:<18} {row['dialect'] or '–':<5} {row['why_not'] or row['words']}" for row in rows]
    return Told("\n".join(lines), {"account": account.page_id, "actions": rows})


def _offered(account: PartnerAccount, action: Action) -> dict[str, Any]:
    return {
        "action": action.name,
        "words": action.words,
        "dialect": permitting.find_way(account, action),
        "why_not": permitting.why_not(account, action),
        "by_hand": permitting.by_hand(account, action, {}),
    }


def _value(field: Field, options: dict[str, Any]) -> Any:
    told = options[field.name]
    if field.kind == Kind.MOMENT:
        return read_moment(told) if told else None
    if field.kind != Kind.FILES:
        return _read(field, told)
    paths, descriptions = told or [], options["alt"]
    if len(descriptions) > len(paths):
        raise CommandError("Each --alt describes one --file, in their order.", returncode=NOT_UNDERSTOOD)
    missing = [""] * (len(paths) - len(descriptions))
    return [_enclose(field, *pair) for pair in zip(paths, [*descriptions, *missing], strict=True)] or None


def _enclose(field: Field, path: str, description: str) -> Enclosure:
    """Closed with the process; a film is never held in memory."""
    try:
        return Enclosure(File(Path(path).open("rb"), name=Path(path).name), description)
    except OSError as error:
        raise _unreadable(field, error) from None


def _unreadable(field: Field, error: OSError) -> CommandError:
    return CommandError(f"The {field.words.lower()} cannot be read: {error}", returncode=NOT_UNDERSTOOD)


def _read(field: Field, value: str | None) -> Any:
    if field.kind not in (Kind.PICTURE, Kind.FILE) or not value:
        return value
    try:
        return Path(value).read_bytes()
    except OSError as error:
        raise _unreadable(field, error) from None


def _actor(login: str | None) -> Actor:
    if login is None:
        return Actor(name=getpass.getuser(), via="command")
    user = get_user_model().objects.filter(username=login).first()
    if user is None:
        raise CommandError(f"There is nobody with the login {login!r}.", returncode=NOT_UNDERSTOOD)
    return as_actor(user, via="command")


def _refusal(error: Refused) -> str:
    return " ".join(filter(None, (error.sentence, error.by_hand and f"By hand: {error.by_hand}")))


def _told(account: PartnerAccount, done: doing.Done, say: Say) -> Told:
    outcome = done.outcome
    if outcome.unreadable:
        say(f"{outcome.unreadable} row(s) could not be read.")
    facts: dict[str, Any] = {"account": account.page_id, "action": done.action.name, "dialect": done.dialect}
    if done.action.reads:
        lines = [as_line(row) for row in outcome.rows] or [str(outcome.facts.get("text", "")) or "Nothing there."]
        if outcome.next_page:
            lines.append(f"More: --page {outcome.next_page}")
        facts |= {"rows": [as_json(row) for row in outcome.rows], "next_page": outcome.next_page}
        return Told("\n".join(lines), facts | dict(outcome.facts))
    facts |= {"sentence": done.sentence, "already": done.already, "result": outcome.result}
    return Told(done.sentence, facts | {"act": done.act.pk if done.act else None})
