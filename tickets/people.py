"""Customers and their identities, many at a time. A handle change is remembered, the numeric id is the key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kapture.sets import copy_rows, insert_missing, reserve_keys, update_rows
from tickets.inbound import Person
from tickets.models import Customer, HandleChange, Identity

_TOLD = ("handle", "name", "avatar_url", "bio", "location", "followers", "verified", "protected", "joined_at")
_LONGEST = {"handle": 50, "name": 200, "avatar_url": 500, "location": 200}

Key = tuple[str, str]  # channel, external id


@dataclass(frozen=True, slots=True)
class Sighting:
    """A person as a message showed them, and when."""

    channel: str
    person: Person
    at: datetime


def meet(sightings: Iterable[Sighting]) -> dict[Key, Identity]:
    """The identities of everybody sighted, made or brought up to date; seven statements at the most, however many.

    An older sighting never overwrites a newer one, and what a sighting does not tell overwrites nothing.
    """
    latest: dict[Key, Sighting] = {}
    for sighting in sorted(sightings, key=lambda s: s.at):
        latest[sighting.channel, sighting.person.external_id] = _merged(
            latest.get((sighting.channel, sighting.person.external_id)), sighting
        )
    if not latest:
        return {}
    known = _find(latest)
    strangers = {key: sighting for key, sighting in sorted(latest.items()) if key not in known}
    if strangers:
        _introduce(strangers)
        known |= _find(strangers)
    _bring_up_to_date(known, latest)
    return known


def _merged(before: Sighting | None, now: Sighting) -> Sighting:
    """Within one batch, keep what an earlier sighting told and the later one does not."""
    if before is None:
        return now
    told = {name: getattr(now.person, name) for name in _TOLD if getattr(now.person, name) not in ("", None)}
    kept = {name: getattr(before.person, name) for name in _TOLD} | told
    return Sighting(now.channel, Person(external_id=now.person.external_id, **kept), now.at)


def _find(keys: Mapping[Key, Sighting]) -> dict[Key, Identity]:
    channels = {channel for channel, _ in keys}
    rows = Identity.objects.filter(channel__in=channels, external_id__in={i for _, i in keys})
    return {(row.channel, row.external_id): row for row in rows if (row.channel, row.external_id) in keys}


def _introduce(strangers: Mapping[Key, Sighting]) -> None:
    """Another worker may introduce the same person at the same moment: the loser's empty customer goes away again."""
    customers = reserve_keys(Customer, len(strangers))
    columns = ["id", "name", "created_at"]
    names = [_cut("name", s.person.name) for s in strangers.values()]
    moments = [s.at for s in strangers.values()]
    copy_rows(Customer, columns, zip(customers, names, moments, strict=True))
    columns = ["customer", "channel", "external_id", "seen_at", "bio", *[f for f in _TOLD if f != "bio"]]
    rows = [
        [
            customer,
            channel,
            external_id,
            sighting.at,
            sighting.person.bio,
            *[_cut(f, getattr(sighting.person, f)) for f in _TOLD if f != "bio"],
        ]
        for customer, ((channel, external_id), sighting) in zip(customers, strangers.items(), strict=True)
    ]
    inserted = insert_missing(Identity, columns, rows, returning=["customer"])
    if len(inserted) < len(customers):
        used = {pk for (pk,) in inserted}
        Customer.objects.filter(pk__in=[pk for pk in customers if pk not in used]).delete()


def _bring_up_to_date(known: Mapping[Key, Identity], latest: Mapping[Key, Sighting]) -> None:
    changed, renamed = [], []
    named: dict[int, str] = {}
    for key, identity in known.items():
        sighting = latest[key]
        if sighting.at < identity.seen_at:
            continue
        told = {
            name: _cut(name, value) for name in _TOLD if (value := getattr(sighting.person, name)) not in ("", None)
        }
        news = {name: value for name, value in told.items() if value != getattr(identity, name)}
        if not news:
            continue
        if news.get("handle") and identity.handle:
            renamed.append(
                HandleChange(identity=identity, before=identity.handle, after=str(news["handle"]), seen_at=sighting.at)
            )
        if news.get("name") and not identity.name:
            named[identity.customer_id] = str(news["name"])
        for name, value in news.items():
            setattr(identity, name, value)
        identity.seen_at = sighting.at
        changed.append(identity)
    columns = ["id", "seen_at", *_TOLD]
    update_rows(Identity, columns, [[getattr(row, name) for name in columns] for row in changed])
    if renamed:
        HandleChange.objects.bulk_create(renamed)
    if named:
        # We wrote to them first, and knew only a number.
        nameless = Customer.objects.filter(pk__in=named, name="").values_list("pk", flat=True)
        update_rows(Customer, ["id", "name"], [[pk, named[pk]] for pk in nameless])


def _cut(name: str, value: object) -> object:
    return value[: _LONGEST[name]] if isinstance(value, str) and name in _LONGEST else value
