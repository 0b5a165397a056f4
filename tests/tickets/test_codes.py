"""docs/rules.md, "Two-factor sign-in": codes as RFC 6238 has them."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tickets.signing_in.codes import address_for_apps, code_at, step_of, to_text

SECRET = to_text(b"12345678901234567890")  # of the RFC's own examples, whose codes have eight digits
AT = 1_111_111_109
NOW = AT // 30


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")],
)
def test_the_examples_of_the_rfc(seconds: int, code: str) -> None:
    assert code_at(SECRET, seconds // 30) == code


@pytest.mark.parametrize(("step", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(step: int, taken: bool) -> None:
    assert step_of(SECRET, code_at(SECRET, NOW + step), seconds=AT, after=0) == (NOW + step if taken else None)


def test_a_code_that_was_used_or_one_before_it_is_none() -> None:
    code, before = code_at(SECRET, NOW), code_at(SECRET, NOW - 1)
    assert step_of(SECRET, code, seconds=AT, after=NOW) is None
    assert step_of(SECRET, before, seconds=AT, after=NOW) is None
    assert step_of(SECRET, code_at(SECRET, NOW + 1), seconds=AT, after=NOW) == NOW + 1


@pytest.mark.parametrize("typed", ["", "08180", "0818040", "08180x", "٠٨١٨٠٤"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert step_of(SECRET, typed, seconds=AT, after=0) is None


def test_an_app_is_told_whose_it_is_and_of_what() -> None:
    address = urlsplit(address_for_apps(SECRET, person="ana b", house="Kapture"))
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/Kapture%3Aana%20b")
    assert parse_qs(address.query) == {"secret": [SECRET], "issuer": ["Kapture"], "digits": ["6"], "period": ["30"]}
