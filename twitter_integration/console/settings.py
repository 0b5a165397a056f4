"""The account's settings on X: read in v1.1 alone, changed in either dialect as far as it knows them."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twitter_integration.console.action import Action, Field, Given, Kind, Outcome, Scope
from twitter_integration.console.fields import BadInput
from twitter_integration.console.line import Line
from twitter_integration.console.ways import both
from twitter_integration.models import AccountView
from twitter_integration.offers import Dialect

_YES_NO = ("yes", "no")
# Ours, which are v2's: words, and what v1.1 calls it; "" where v1.1 cannot change it (x-api 5.4).
_SWITCHES = (
    ("protected", gettext_noop("Protected posts"), ""),
    ("location_tagging_enabled", gettext_noop("Location in posts"), ""),
    ("discoverable_by_email", gettext_noop("Found by e-mail address"), ""),
    ("discoverable_by_phone", gettext_noop("Found by telephone number"), ""),
    ("display_sensitive_media", gettext_noop("Show sensitive media"), ""),
    ("use_cookie_personalization", gettext_noop("Personal suggestions"), ""),
    ("always_allow_dms_from_subscribers", gettext_noop("Messages from subscribers"), ""),
)
# X fixes the values and does not say which (x-api 5.4), so they are passed on as they are.
_WORDS = (
    ("language", gettext_noop("Language"), "lang"),
    ("time_zone", gettext_noop("Time zone"), "time_zone"),
    ("allow_dms_from", gettext_noop("Messages from whom"), ""),
    ("allow_media_tagging", gettext_noop("Tagging in pictures by whom"), ""),
)
_QUIET = "quiet_hours"
_FROM, _TO = "quiet_from", "quiet_to"
_LEGACY_NAMES = {name: old for name, _words, old in (*_SWITCHES, *_WORDS)}
_CHANGED = "changed_here"
FIELDS = (
    *(Field(name=n, label=w, kind=Kind.TEXT, most=60, required=False) for n, w, _old in _WORDS),
    *(Field(name=n, label=w, kind=Kind.CHOICE, choices=_YES_NO, required=False) for n, w, _old in _SWITCHES),
    Field(name=_QUIET, label=gettext_noop("Quiet hours"), kind=Kind.CHOICE, choices=_YES_NO, required=False),
    Field(name=_FROM, label=gettext_noop("Quiet from (hour)"), kind=Kind.NUMBER, most=23, required=False),
    Field(name=_TO, label=gettext_noop("Quiet until (hour)"), kind=Kind.NUMBER, most=23, required=False),
)


def _read(line: Line, given: Given) -> Outcome:
    return _keep(line, dict(line.call(given).document))


def _keep(line: Line, settings: dict[str, Any]) -> Outcome:
    AccountView.objects.update_or_create(
        account=line.account, defaults={"settings": settings, "settings_at": timezone.now()}
    )
    return Outcome(facts={"settings": settings}, rows=[{"setting": n, "value": v} for n, v in settings.items()])


def shown(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Of settings as v1.1 tells them, what stands in the form's fields; what was changed here since counts."""
    told: dict[str, Any] = {name: settings.get(name) for name, _words, _old in _WORDS}
    zone = told["time_zone"]
    told["time_zone"] = zone.get("name") if isinstance(zone, dict) else zone
    told |= {name: _yes_no(settings.get(name)) for name, _words, _old in _SWITCHES}
    told["location_tagging_enabled"] = told["location_tagging_enabled"] or _yes_no(settings.get("geo_enabled"))
    by_phone = _yes_no(settings.get("discoverable_by_mobile_phone"))
    told["discoverable_by_phone"] = told["discoverable_by_phone"] or by_phone
    quiet = settings.get("sleep_time")
    quiet = quiet if isinstance(quiet, dict) else {}
    told[_QUIET] = _yes_no(quiet.get("enabled"))
    told |= {_FROM: _hour(quiet.get("start_time")), _TO: _hour(quiet.get("end_time"))}
    return told | dict(settings.get(_CHANGED, {}))


def _yes_no(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""


def _hour(value: Any) -> str:
    """v1.1 writes them as 07, and null while there are none."""
    text = str(value)
    return str(int(text)) if text.isascii() and text.isdigit() else ""


def _update(line: Line, given: Given) -> Outcome:
    """Only what is sent changes."""
    _demand(given)
    body: dict[str, Any] = {name: given[name] for name, _words, _old in _WORDS if name in given}
    body |= {name: given[name] == "yes" for name, _words, _old in _SWITCHES if name in given}
    if "time_zone" in body:
        body["time_zone"] = {"name": body["time_zone"]}
    quiet = {"start_hour": given.get(_FROM), "end_hour": given.get(_TO)}
    quiet = {name: hour for name, hour in quiet.items() if hour is not None}
    if _QUIET in given:
        quiet["enabled"] = given[_QUIET] == "yes"
    line.call(given, body=body | ({"quiet_hours": quiet} if quiet else {}))
    _remember(line, given)
    return Outcome()


def _remember(line: Line, given: Given) -> None:
    """v2 tells no settings: what was changed here is all we know of them."""
    view, _new = AccountView.objects.get_or_create(account=line.account)
    view.settings = view.settings | {_CHANGED: view.settings.get(_CHANGED, {}) | dict(given)}
    view.save(update_fields=["settings"])


def _demand(given: Given) -> None:
    if not given:
        raise BadInput("language", _("Nothing was changed."))


def _update_legacy(line: Line, given: Given) -> Outcome:
    _demand(given)
    query = {}
    for name, value in given.items():
        if name in _LEGACY_NAMES:
            if not _LEGACY_NAMES[name]:
                raise BadInput(name, _("v1.1 cannot change this setting: %(name)s.") % {"name": name})
            query[_LEGACY_NAMES[name]] = str(value)
    if _QUIET in given:
        query["sleep_time_enabled"] = "true" if given[_QUIET] == "yes" else "false"
    for ours, theirs in ((_FROM, "start_sleep_time"), (_TO, "end_sleep_time")):
        if ours in given:
            query[theirs] = f"{given[ours]:02}"
    _keep(line, dict(line.call(given, query=query).document))
    return Outcome()


ACTIONS = (
    Action(
        name="settings",
        label=gettext_noop("Read the settings"),
        operation="settings.read",
        scope=Scope.OPERATE,
        ways={Dialect.LEGACY: _read},
        reads=True,
        lacking=gettext_noop("v2 changes settings but does not tell them."),
    ),
    Action(
        name="update-settings",
        label=gettext_noop("Change settings"),
        operation="settings.update",
        scope=Scope.OPERATE,
        ways=both(_update, _update_legacy),
        fields=FIELDS,
        confirm=True,
        tells=True,
        done=gettext_noop("The settings are changed."),
    ),
)
