"""manage.py demo_data: people, queues, promises and a brand account connected to the sandbox. Run again, it adds
nothing.

Names the apps by strings and their commands only: what an account is made of is theirs to know.
"""

import json
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import requests
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from kapture import demo
from kapture.command_base import DeskCommand
from kapture.demo_shift import work_first_shift
from kapture.demo_teams import give_out_messages, make_teams, rows

# The sandbox calls our webhook back before it registers it, so the web process must be up.
PATIENCE_SECONDS = 30.0
PATIENCE_AGAIN_SECONDS = 5.0
PAUSE_SECONDS = 0.5


class Command(DeskCommand):
    help = "Fill a demonstration: logins, queues, folders, SLA policies, and the sandbox's brand account, subscribed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--credentials", type=Path, help="keys as printed by `manage.py sandbox --credentials`")
        parser.add_argument("--offline", action="store_true", help="do not register the webhook or subscribe")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_the_real_world()
        keys = _read_keys(options["credentials"])
        with transaction.atomic():
            made = sum(_make_person(login) for login in demo.LOGINS)
            _make_person(demo.CLIENT, password=None)
            known = _find_account(keys["accounts"][0]["user_id"])
            if known is None:  # afterwards the desk is theirs who work at it
                _make_desk()
                make_teams()
        _provision(keys, known)
        account = keys["accounts"][0]["user_id"]
        if known is None:
            _make_searches(account)
            give_out_messages(_find_account(account).address)
            _capture("rules", "install")
            _allow_much(account)
        if not options["offline"]:
            self._connect_unless_stopped(account, new=known is None)
            if known is None:
                self._work_first_shift()
        names = ", ".join(login.username for login in demo.LOGINS)
        self.stdout.write(f"Demo data is ready ({made} new logins). Logins: {names}; password: {demo.PASSWORD}")

    def _connect_unless_stopped(self, page_id: str, *, new: bool) -> None:
        account = _find_account(page_id)
        if account is None or not account.is_connected or account.address.sending_stopped:
            self.stdout.write("The brand's account is stopped or disconnected, and stays so; resume it in the admin.")
            return
        try:
            self._connect(page_id, patience=PATIENCE_SECONDS if new else PATIENCE_AGAIN_SECONDS)
        except CommandError as error:
            if new:
                raise
            self.stdout.write(f"{error} Its page in the admin says more.")  # somebody has played with it

    def _work_first_shift(self) -> None:
        try:
            taken = work_first_shift()
        except requests.RequestException as error:
            self.stdout.write(f"The first shift was not worked, for the desk did not answer: {type(error).__name__}")
        else:
            self.stdout.write(f"The first shift took {taken} tickets in hand.")

    def _connect(self, account: str, *, patience: float) -> None:
        deadline = time.monotonic() + patience
        while True:
            try:
                _capture("x_subscribe", "add", account)
            except CommandError as error:
                if time.monotonic() > deadline:
                    raise CommandError(f"The sandbox could not be connected: {error}") from None
                time.sleep(PAUSE_SECONDS)
            else:
                return


def _refuse_the_real_world() -> None:
    if settings.HTTPS and not settings.DEBUG:
        raise CommandError(f"Demo logins have a known password; refused where {settings.PUBLIC_URL} is public.")
    if "//127.0.0.1" not in settings.X_API_URL and "//localhost" not in settings.X_API_URL:
        raise CommandError("The demo works with the sandbox only: set X_API_URL=http://127.0.0.1:8400")


def _read_keys(path: Path | None) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8") if path else _capture("sandbox", "--credentials")
        keys: dict[str, Any] = json.loads(text)
    except (OSError, ValueError) as error:
        raise CommandError(f"The sandbox's keys cannot be read: {error}") from None
    if not keys.get("accounts"):
        raise CommandError("The sandbox's keys name no brand account; print them with: manage.py sandbox --credentials")
    return keys


def _make_person(login: demo.Login, *, password: str | None = demo.PASSWORD) -> bool:
    """Whether they are new; somebody who is there already keeps the password they have. Without one nobody signs in
    as them."""
    people = get_user_model()
    person, new = people.objects.get_or_create(
        username=login.username,
        defaults={
            "first_name": login.first_name,
            "last_name": login.last_name,
            "is_staff": login.superuser or login.admin,
            "is_superuser": login.superuser,
        },
    )
    if new:
        person.set_password(password)
        person.save()
        if login.group:
            person.groups.add(Group.objects.get_or_create(name=login.group)[0])
    return new


def _make_desk() -> None:
    queues = rows("Queue")
    name, slug = demo.QUEUES[0]
    if not queues.filter(slug=slug).exists() and not queues.filter(name=name).exists():
        # The queue every installation begins with takes the part of the first.
        queues.filter(slug="general", is_default=True).update(name=name, slug=slug)
    for position, (name, slug) in enumerate(demo.QUEUES, start=1):
        queues.get_or_create(slug=slug, defaults={"name": name, "position": position * 10})
    if not queues.filter(is_default=True).exists():
        queues.filter(slug=demo.QUEUES[0][1]).update(is_default=True)
    for position, (name, inner) in enumerate(demo.FOLDERS.items(), start=1):
        outer, _ = rows("Folder").get_or_create(name=name, parent=None, defaults={"position": position * 10})
        for place, inside in enumerate(inner, start=1):
            rows("Folder").get_or_create(name=inside, parent=outer, defaults={"position": place * 10})
    for name in demo.TAGS:
        rows("Tag").get_or_create(name=name, defaults={"set_up": True})
    for name, promises in demo.POLICIES.items():
        _make_policy(name, promises)
    for title, shortcut, category, texts in demo.CANNED:
        _make_canned(title, shortcut, category, texts)


def _make_canned(title: str, shortcut: str, category: str, texts: Mapping[str, str]) -> None:
    """Offered to everybody."""
    told = {"title": title, "category": category}
    reply, new = rows("CannedReply").get_or_create(owner=None, shortcut=shortcut, defaults=told)
    if new:
        rows("CannedText").bulk_create(
            [rows("CannedText").model(reply=reply, language=code, text=text) for code, text in texts.items()]
        )


def _make_policy(name: str, promises: Mapping[str, tuple[int, ...]]) -> None:
    default = name == demo.ACCOUNT_POLICY and not rows("SlaPolicy").filter(is_default=True).exists()
    policy, new = rows("SlaPolicy").get_or_create(name=name, defaults={"is_default": default})
    if not new:
        return
    for metric, minutes in promises.items():
        for priority, length in zip(demo.PRIORITIES, minutes, strict=True):
            rows("SlaTarget").create(policy=policy, metric=metric, priority=priority, minutes=length)
    for status, metric in demo.PAUSES:
        rows("PauseRule").create(policy=policy, status=status, metric=metric)
    for share, told in demo.STEPS:
        rows("EscalationStep").create(policy=policy, share=share, **{told: True})


def _find_account(page_id: str) -> Any:
    accounts = apps.get_model("twitter_integration", "PartnerAccount")._default_manager
    return accounts.select_related("address").filter(page_id=page_id).first()


def _provision(keys: dict[str, Any], known: Any) -> None:
    """Give the brand's account its keys: where it goes is set the first time only, and keys it has are not given
    again, for new keys lift a stop. An account that was disconnected stays so."""
    brand = keys["accounts"][0]
    if known is not None and not known.is_connected:
        return
    options = {
        "app": demo.APP_NAME,
        "consumer-key": keys["consumer_key"],
        "consumer-secret": keys["consumer_secret"],
        "bearer-token": keys["bearer_token"],
        "environment": keys.get("environment") or "",
        "page-id": brand["user_id"],
        "page-name": brand["handle"],
    }
    if known is None or str(known.access_token) != brand["access_token"]:
        options |= {"access-token": brand["access_token"], "access-token-secret": brand["access_token_secret"]}
    if known is None:
        options |= {"display-name": brand.get("name") or brand["handle"], "tier": "self-serve"}
        options |= {"queue": demo.ACCOUNT_QUEUE, "sla": demo.ACCOUNT_POLICY}
    _capture("x_account", "add", *(f"--{name}={value}" for name, value in options.items()))


def _allow_much(page_id: str) -> None:
    """A day's reading that a bad day and a full reconciliation of it do not use up; nothing here costs real money."""
    allowances = apps.get_model("twitter_integration", "Allowance")._default_manager
    allowances.get_or_create(account=_find_account(page_id), defaults={"cost_per_day": demo.COST_PER_DAY})


def _make_searches(page_id: str) -> None:
    account = apps.get_model("twitter_integration", "PartnerAccount")._default_manager.get(page_id=page_id)
    searches = apps.get_model("twitter_integration", "SearchQuery")._default_manager
    for label, query, language, queue, folder in demo.SEARCHES:
        place = {"queue": rows("Queue").get(name=queue), "folder": rows("Folder").get(name=folder, parent=None)}
        defaults = {"query": query, "language": language} | place
        searches.get_or_create(account=account, label=label, defaults=defaults)


def _capture(command: str, *arguments: str) -> str:
    output = StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()
