"""The account's own face: profile, picture, banner. What was read last is kept, so that a page need not ask X."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twitter_integration.client import Answer
from twitter_integration.console.action import Action, Field, Given, Kind, Outcome, Scope
from twitter_integration.console.fields import BadInput
from twitter_integration.console.line import Line
from twitter_integration.console.showing import as_json
from twitter_integration.console.ways import both, made
from twitter_integration.events import Person
from twitter_integration.models import AccountView
from twitter_integration.offers import Dialect
from twitter_integration.payloads import rows
from twitter_integration.reading.reads import PERSON_FIELDS

# Ours → X's; both dialects call them the same.
_WORDS = (
    Field(name="name", label=gettext_noop("Name"), kind=Kind.TEXT, most=50, required=False),
    Field(name="description", label=gettext_noop("Bio"), kind=Kind.TEXT, most=160, required=False, empties=True),
    Field(name="location", label=gettext_noop("Location"), kind=Kind.TEXT, most=30, required=False, empties=True),
    Field(name="url", label=gettext_noop("Website"), kind=Kind.TEXT, most=100, required=False, empties=True, web=True),
)
_PICTURE = Field(
    name="picture",
    label=gettext_noop("Picture"),
    kind=Kind.PICTURE,
    most=700_000,
    help=gettext_noop("JPEG, PNG or GIF up to 700 kB"),
)
_ONLY_LEGACY = gettext_noop("v2 has no call for the banner.")


def _read(line: Line, given: Given) -> Outcome:
    query = {"user.fields": f"{PERSON_FIELDS},url"} if line.dialect == Dialect.V2 else {}
    return _keep(line, line.call(given, query=query))


def _keep(line: Line, answer: Answer) -> Outcome:
    """The profile X tells, kept as what we know of it."""
    document = answer.document if answer.data else {"data": answer.document}
    found, unreadable = rows.read_people(document)
    for person in found:
        keep_profile(line, person)
    return Outcome(rows=found, unreadable=unreadable)


def keep_profile(line: Line, person: Person) -> None:
    AccountView.objects.update_or_create(
        account=line.account, defaults={"profile": as_json(person), "profile_at": timezone.now()}
    )


def shown(profile: Mapping[str, Any]) -> dict[str, Any]:
    """Of a profile as it is kept, what stands in the form's fields."""
    return {field.name: profile.get("bio" if field.name == "description" else field.name) for field in _WORDS}


def _update(line: Line, given: Given) -> Outcome:
    """What X answers here is not documented (x-api 5.4), so the profile kept is changed by what was asked for."""
    told = {field.name: str(given[field.name]) for field in _WORDS if field.name in given}
    if not told:
        raise BadInput("name", _("Nothing was changed."))
    legacy = line.dialect == Dialect.LEGACY
    answer = line.call(given, query=told) if legacy else line.call(given, body=told)
    view = AccountView.objects.filter(account=line.account).first()
    if view is not None:
        changed = {("bio" if name == "description" else name): value for name, value in told.items()}
        view.profile = {**view.profile, **changed}
        view.save(update_fields=["profile"])
    return replace(made(answer), result="")


def _picture(line: Line, given: Given) -> Outcome:
    """v2 takes the id of an uploaded picture."""
    body = {"media": _encoded(given), "media_category": "tweet_image"}
    uploaded = line.turn("media.upload").call(given, body=body).data
    line.call(given, body={"media_id": str(uploaded.get("id") or "")})
    return Outcome()


def _picture_legacy(line: Line, given: Given) -> Outcome:
    line.call(given, form={"image": _encoded(given)})
    return Outcome()


def _banner(line: Line, given: Given) -> Outcome:
    line.call(given, form={"banner": _encoded(given)})
    return Outcome()


def _no_banner(line: Line, given: Given) -> Outcome:
    line.call(given)
    return Outcome()


def _encoded(given: Mapping[str, bytes]) -> str:
    return base64.b64encode(given["picture"]).decode("ascii")


ACTIONS = (
    Action(
        name="profile",
        label=gettext_noop("Read the profile"),
        operation="people.me",
        scope=Scope.REACT,
        ways=both(_read, _read),
        reads=True,
    ),
    Action(
        name="update-profile",
        label=gettext_noop("Change the profile"),
        operation="profile.update",
        scope=Scope.OPERATE,
        ways=both(_update, _update),
        fields=_WORDS,
        tells=True,
        done=gettext_noop("The profile is changed."),
    ),
    Action(
        name="picture",
        label=gettext_noop("Change the picture"),
        operation="profile.picture",
        scope=Scope.OPERATE,
        ways=both(_picture, _picture_legacy),
        fields=(_PICTURE,),
        confirm=True,
        done=gettext_noop("The picture is changed; X may need some seconds to show it."),
    ),
    Action(
        name="banner",
        label=gettext_noop("Change the banner"),
        operation="profile.banner",
        scope=Scope.OPERATE,
        ways={Dialect.LEGACY: _banner},
        fields=(
            replace(
                _PICTURE,
                label=gettext_noop("Banner"),
                most=5_000_000,
                help=gettext_noop("JPEG, PNG or GIF, 1500 by 500"),
            ),
        ),
        confirm=True,
        done=gettext_noop("The banner is changed; X may need some seconds to show it."),
        lacking=_ONLY_LEGACY,
    ),
    Action(
        name="remove-banner",
        label=gettext_noop("Remove the banner"),
        operation="profile.banner_remove",
        scope=Scope.OPERATE,
        ways={Dialect.LEGACY: _no_banner},
        confirm=True,
        done=gettext_noop("The banner is removed."),
        lacking=_ONLY_LEGACY,
    ),
)
