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

    An older sighting never overwrites a newer one, it only fills gaps; and what a sighting does not tell overwrites
    nothing.
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
            sighting.at if _told(sighting) else None,
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
    renewed = [one for key, identity in known.items() if (one := _renew(identity, latest[key])) is not None]
    if not renewed:
        return
    # Most sightings tell nothing new but that it is so still: then a moment is all there is to write.
    columns = ["id", "seen_at", *(_TOLD if any(one.news for one in renewed) else ())]
    rows = [[getattr(one.identity, name) for name in columns] for one in renewed]
    update_rows(Identity, columns, rows, unless_newer="seen_at")
    renamed = [
        HandleChange(identity=one.identity, before=one.handle, after=str(one.news["handle"]), seen_at=one.at)
        for one in renewed
        if one.handle and one.news.get("handle")
    ]
    if renamed:
        HandleChange.objects.bulk_create(renamed)
    _name_customers({one.identity.customer_id: str(one.news["name"]) for one in renewed if one.names_somebody})


@dataclass(frozen=True, slots=True)
class _Renewed:
    """An identity brought up to date; `handle` is the one before."""

    identity: Identity
    news: Mapping[str, object]
    handle: str
    named: bool
    at: datetime

    @property
    def names_somebody(self) -> bool:
        return not self.named and bool(self.news.get("name"))


def _renew(identity: Identity, sighting: Sighting) -> _Renewed | None:
    """Take over what the sighting tells; of an older one only what is not known at all."""
    told, seen_at = _told(sighting), identity.seen_at
    if seen_at is not None and sighting.at < seen_at:
        told = {name: value for name, value in told.items() if getattr(identity, name) in ("", None)}
    news = {name: value for name, value in told.items() if value != getattr(identity, name)}
    if not told or (not news and sighting.at == seen_at):
        return None
    renewed = _Renewed(identity, news, handle=identity.handle, named=bool(identity.name), at=sighting.at)
    for name, value in news.items():
        setattr(identity, name, value)
    identity.seen_at = max(seen_at or sighting.at, sighting.at)
    return renewed


def _told(sighting: Sighting) -> dict[str, object]:
    return {name: _cut(name, v) for name in _TOLD if (v := getattr(sighting.person, name)) not in ("", None)}


def _name_customers(names: Mapping[int, str]) -> None:
    """We wrote to them first, and knew only a number."""
    nameless = Customer.objects.filter(pk__in=names, name="").values_list("pk", flat=True) if names else []
    update_rows(Customer, ["id", "name"], [[pk, names[pk]] for pk in nameless])


def _cut(name: str, value: object) -> object:
    return value[: _LONGEST[name]] if isinstance(value, str) and name in _LONGEST else value
