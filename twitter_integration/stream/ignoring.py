"""An author or words are ignored from now on, and taken back: a stream's deeds. What they mean: facts/ignoring.py."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from twitter_integration.console import who
from twitter_integration.console.action import Scope
from twitter_integration.console.fields import BadInput
from twitter_integration.console.refused import NotPermitted
from twitter_integration.facts.ignoring import fold
from twitter_integration.models import Ignored, PartnerAccount
from twitter_integration.models.ignored import LONGEST_WORDS

SHORTEST = 3  # fewer letters are in everything
FARTHEST = timedelta(days=3653)


def may_ignore(user: User) -> bool:
    """It is for everybody at once, so it is for who operates accounts."""
    return who.may(user, Scope.OPERATE)


def ignore_author(
    account: PartnerAccount, person: str, *, handle: str, until: datetime | None, by: User, now: datetime
) -> Ignored:
    """Ignored already, they are so until that day from now on. Raises NotPermitted, BadInput."""
    if not (person.isascii() and person.isdigit()) or len(person) > 20:
        raise BadInput("person", _("X's id of somebody is wanted: digits alone."))
    if person == account.page_id:
        raise BadInput("person", _("That is the account itself."))
    return _ignore(account, {"person_key": person}, {"handle": handle[:50]}, until=until, by=by, now=now)


def ignore_words(account: PartnerAccount, words: str, *, until: datetime | None, by: User, now: datetime) -> Ignored:
    """Words that stand in what is said, whatever their case, one after another. Raises NotPermitted, BadInput."""
    words = " ".join(words.split())
    if len(words) > LONGEST_WORDS:
        raise BadInput("words", _("At most %(n)s characters.") % {"n": LONGEST_WORDS})
    folded = fold(words)
    if len(folded) < SHORTEST:
        raise BadInput("words", _("At least %(n)s letters: fewer stand in nearly everything.") % {"n": SHORTEST})
    return _ignore(account, {"folded": folded[: 2 * LONGEST_WORDS]}, {"words": words}, until=until, by=by, now=now)


def take_back(row: Ignored, *, by: User, now: datetime) -> Ignored:
    """What was ignored meanwhile stays as it is. Taken back already, nothing changes. Raises NotPermitted."""
    _require(by)
    if Ignored.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now, ended_by=by.get_username()):
        row.refresh_from_db()
    return row


def ignored_of(account: PartnerAccount) -> QuerySet[Ignored]:
    return Ignored.objects.filter(account=account)


def still(rows: QuerySet[Ignored], *, now: datetime) -> QuerySet[Ignored]:
    """Those that hold."""
    return rows.filter(Q(until=None) | Q(until__gt=now), ended_at=None)


def over(rows: QuerySet[Ignored], *, now: datetime) -> QuerySet[Ignored]:
    """Those that were taken back, or whose day came."""
    return rows.filter(Q(ended_at__isnull=False) | Q(until__lte=now))


@transaction.atomic
def _ignore(
    account: PartnerAccount,
    what: dict[str, str],
    told: dict[str, str],
    *,
    until: datetime | None,
    by: User,
    now: datetime,
) -> Ignored:
    _require(by)
    if until is not None and not now < until <= now + FARTHEST:
        raise BadInput("until", _("“Until” is a day to come, in at most ten years."))
    same = Ignored.objects.filter(account=account, ended_at=None, **{"person_key": "", "folded": "", **what})
    same.filter(until__lte=now).update(ended_at=now)  # its day came: this is a new one
    facts = {**told, "until": until, "by": by, "by_name": by.get_username(), "made_at": now}
    row, fresh = same.select_for_update().get_or_create(
        account=account, ended_at=None, **{"person_key": "", "folded": "", **what}, defaults=facts
    )
    if not fresh:
        row.until = until
        row.save(update_fields=["until"])
    return row


def _require(user: User) -> None:
    if not may_ignore(user):
        raise NotPermitted(_("Your role may not choose what is ignored around an account."), code="role")
