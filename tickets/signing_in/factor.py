"""A person's second factor: set up, shown, taken away."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import choice, token_bytes
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from tickets.errors import CannotChange
from tickets.models import SecondFactor
from tickets.signing_in.codes import SECRET_BYTES, step_of, to_text

RECOVERY_CODES = 10
MOST_FAILURES = 5
CLOSED_FOR = timedelta(minutes=5)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_HALF = 5


def begin(person: User, *, now: datetime) -> SecondFactor:
    """A new secret, which counts for nothing yet. Raises CannotChange where one is in use."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if SecondFactor.objects.filter(person=person, confirmed_at__isnull=False).exists():
            raise CannotChange(_("It is turned on already."))
        fresh = {"secret": to_text(token_bytes(SECRET_BYTES)), "key": uuid4(), "began_at": now, "last_step": 0}
        fresh |= {"failures": 0, "closed_until": None, "recovery": []}
        return SecondFactor.objects.update_or_create(person=person, defaults=fresh)[0]


def confirm(person: User, typed: str, *, now: datetime) -> Sequence[str]:
    """Turned on: from now on a code is asked for. The recovery codes, told this once. Raises CannotChange."""
    with transaction.atomic():
        factor = _held(person)
        if factor is None or factor.confirmed_at is not None:
            raise CannotChange(_("Begin once more: there is nothing to confirm."))
        refusal = _refusal(factor, typed, now=now, recovery=False)
        if not refusal:
            factor.confirmed_at = now
            return _new_codes(factor)
    raise CannotChange(refusal)


def prove(person: User, typed: str, *, now: datetime) -> SecondFactor:
    """By a code of the app or a recovery code; each works once. Raises CannotChange, also where it is closed after too
    many that were wrong."""
    with transaction.atomic():
        factor = _held(person)
        if factor is None or factor.confirmed_at is None:
            raise CannotChange(_("It is not turned on."))
        refusal = _refusal(factor, typed, now=now, recovery=True)
        if not refusal:
            return factor
    raise CannotChange(refusal)


def renew_codes(person: User, typed: str, *, now: datetime) -> Sequence[str]:
    """New recovery codes; those of before work no more. Raises CannotChange."""
    return _new_codes(prove(person, typed, now=now))


def turn_off(person: User, typed: str, *, now: datetime) -> None:
    """Raises CannotChange."""
    prove(person, typed, now=now).delete()


def take_away(person: User) -> bool:
    """For who lost the app and the recovery codes: whoever may decides it, not a code. Whether there was any."""
    found = SecondFactor.objects.filter(person=person).first()
    if found is not None:
        found.delete()  # one by one, so that the audit hears of it
    return found is not None


def _held(person: User) -> SecondFactor | None:
    return SecondFactor.objects.select_for_update().filter(person=person).first()


def _refusal(factor: SecondFactor, typed: str, *, now: datetime, recovery: bool) -> str:
    """Why a code is not taken; empty where it is, and then it is used up. What was counted is saved either way."""
    if factor.closed_until is not None and now < factor.closed_until:
        return _("Too many codes were wrong. Try again in a few minutes.")
    typed = "".join(typed.split())
    step = step_of(factor.secret, typed, seconds=now.timestamp(), after=factor.last_step)
    used = next((one for one in factor.recovery if constant_time_compare(one, _hashed(typed))), "") if recovery else ""
    if step is None and not used:
        return _count_failure(factor, now=now)
    factor.last_step = step if step is not None else factor.last_step
    factor.recovery = [one for one in factor.recovery if one != used]
    factor.failures, factor.closed_until = 0, None
    factor.save()
    return ""


def _count_failure(factor: SecondFactor, *, now: datetime) -> str:
    factor.failures += 1
    closes = factor.failures >= MOST_FAILURES
    if closes:
        factor.failures, factor.closed_until = 0, now + CLOSED_FOR
    factor.save(update_fields=["failures", "closed_until"])
    if closes:
        return _("Too many codes were wrong. Try again in a few minutes.")
    return _("That code is wrong, was used already or is over. Type the one your app shows now.")


def _new_codes(factor: SecondFactor) -> Sequence[str]:
    codes = [f"{_letters()}-{_letters()}" for _ in range(RECOVERY_CODES)]
    factor.recovery = [_hashed(code) for code in codes]
    factor.save()
    return codes


def _letters() -> str:
    return "".join(choice(_LETTERS) for _ in range(_HALF))


def _hashed(code: str) -> str:
    plain = code.lower().replace("-", "")
    return salted_hmac("tickets.signing_in.recovery", plain, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
