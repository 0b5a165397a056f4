"""manage.py api_token: make, list and take away tokens of the REST API. A token is shown once, here."""

import json
import re
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils import timezone

from kapture.api_tokens import CannotIssue, issue, revoke
from kapture.command_base import DeskCommand
from kapture.models import ApiToken

_DAYS = re.compile(r"(\d{1,4})d")


class Command(DeskCommand):
    help = "Make a token of the REST API for a person (shown once), list theirs, or take them away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="who acts through it, by user name")
        scopes = ", ".join(settings.API_SCOPES)
        parser.add_argument("--scope", action="append", default=[], help=f"what it may do; again for more: {scopes}")
        parser.add_argument("--expires", help="after so many days (90d) or at a moment (2027-01-31)")
        parser.add_argument("--name", default="", help="what it is for, as the admin lists it")
        parser.add_argument("--rate", type=int, help="requests a minute, when not as every token")
        parser.add_argument("--list", action="store_true", help="the person's tokens")
        parser.add_argument("--revoke", nargs="?", const="all", metavar="ID", help="take one away, or all")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        user, now = _person(options["user"]), timezone.now()
        if options["revoke"]:
            self._revoke(user, options["revoke"], now=now, as_json=options["json"])
        elif options["list"]:
            self._list(user, now=now, as_json=options["json"])
        else:
            self._issue(user, options, now=now)

    def _issue(self, user: User, options: dict[str, Any], *, now: datetime) -> None:
        expires = _moment(options["expires"], now=now)
        facts = {"name": options["name"], "expires_at": expires, "rate": options["rate"]}
        try:
            token, secret = issue(user, scopes=options["scope"], now=now, **facts)
        except CannotIssue as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(_told(token, now) | {"token": secret}))
            return
        self.stdout.write(secret)
        until = f"until {expires:%Y-%m-%d %H:%M} UTC" if expires else "until it is taken away"
        self.stderr.write(f"Token {token.pk} of {user}, {until}. It is not shown again.")

    def _list(self, user: User, *, now: datetime, as_json: bool) -> None:
        rows = [_told(token, now) for token in ApiToken.objects.filter(owner=user.pk)]
        if as_json:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            until = f"until {row['expires'][:16].replace('T', ' ')} UTC" if row["expires"] else "without end"
            told = f"{row['id']:>5}  {row['begins']}…  {row['state']:<8} {until:<26}  {', '.join(row['scopes'])}"
            self.stdout.write(told + (f"  ({row['name']})" if row["name"] else ""))

    def _revoke(self, user: User, which: str, *, now: datetime, as_json: bool) -> None:
        tokens = ApiToken.objects.filter(owner=user.pk)
        if which != "all":
            tokens = tokens.filter(pk=int(which)) if which.isdecimal() else tokens.none()
            if not tokens.exists():
                raise CommandError(f"{user} has no token {which}. `--list` shows those there are.")
        count = revoke(tokens.values_list("pk", flat=True), now=now)
        self.stdout.write(json.dumps({"revoked": count}) if as_json else f"Taken away: {count}.")


def _person(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is nobody with the user name {username}.")
    return user


def _moment(text: str | None, *, now: datetime) -> datetime | None:
    if not text:
        return None
    days = _DAYS.fullmatch(text)
    try:
        moment = now + timedelta(days=int(days[1])) if days else datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise CommandError("--expires takes days (90d) or a moment (2027-01-31T12:00).") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _told(token: ApiToken, now: datetime) -> dict[str, Any]:
    moments = {"expires": token.expires_at, "last_used": token.last_used_at}
    shown = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    return {
        "id": token.pk,
        "begins": token.beginning,
        "name": token.name,
        "scopes": token.scopes,
        "state": token.state(now),
        "created": token.created_at.isoformat(),
        **shown,
    }
