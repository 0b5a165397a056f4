"""The answer to a challenge and the signature of a delivery, on known vectors."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitter_integration.signing import challenge_answer, is_challenge_token, is_signed, sign_body

SECRET = "kapture-demo-consumer-secret"
BODY_A = (
    b'{"for_user_id":"900000000000000001","tweet_delete_events":[{"status":{"id":"1900000000000000123",'
    b'"user_id":"900000000000000001"},"timestamp_ms":"1750000000123"}]}'
)
BODY_B = (
    r'{"for_user_id":"900000000000000001","direct_message_events":[{"type":"message_create","id":"1",'
    r'"created_timestamp":"1750000000123","message_create":{"target":{"recipient_id":"900000000000000001"},'
    r'"sender_id":"900000000000000002","message_data":{"text":"café \u2014 \ud83d\ude00 \/ ok",'
    r'"entities":{"hashtags":[],"symbols":[],"user_mentions":[],"urls":[]}}}}]}'
).encode()
SIGNATURE_A = "sha256=y1H6lJRGEUVuEZiLHEuFZg4EOAGp6tZKjFW5F1vpfXc="
SIGNATURE_B = "sha256=DzH/yWCb8PTbFyoRzmbc4z+PTLYmRwjrVIdm576lUI8="


def test_a_challenge_is_answered_with_the_known_value() -> None:
    answer = challenge_answer("kapture-crc-token-0001", secret=SECRET)
    assert answer == "sha256=Wcj5AD+IckZbWzlt6sN+2CYtAol/v5phCE8HlZqtp6o="


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (BODY_A, SIGNATURE_A),
        (BODY_B, SIGNATURE_B),
        (
            b"crc_token=kapture-crc-token-0001&nonce=kapture-nonce-0001",
            "sha256=zQL1XpHUMwXcHwFq0ke+4w1jXXMdRIizhVJ2ObxUqLs=",
        ),
    ],
)
def test_a_body_has_its_known_signature(body: bytes, signature: str) -> None:
    assert sign_body(body, secret=SECRET) == signature
    assert is_signed(body, signature, secrets=[SECRET])


def test_a_body_written_anew_has_another_signature() -> None:
    rewritten = json.dumps(json.loads(BODY_B)).encode()
    assert sign_body(rewritten, secret=SECRET) == "sha256=+hoV/GKGgdhE2dzBdnEUENjlZUMc5q+fkkJDAXK5Uec="
    assert not is_signed(rewritten, SIGNATURE_B, secrets=[SECRET])


def test_the_previous_secret_is_accepted_beside_the_current_one() -> None:
    assert is_signed(BODY_A, SIGNATURE_A, secrets=["new-secret", SECRET])
    assert is_signed(BODY_A, SIGNATURE_A, secrets=[SECRET, "old-secret"])
    assert not is_signed(BODY_A, SIGNATURE_A, secrets=["new-secret", "old-secret"])


def test_an_empty_secret_signs_nothing() -> None:
    assert not is_signed(BODY_A, sign_body(BODY_A, secret=""), secrets=["", SECRET])
    assert not is_signed(BODY_A, SIGNATURE_A, secrets=[])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256=",
        SIGNATURE_A[7:],
        SIGNATURE_A.upper(),
        SIGNATURE_A + "=",
        "sha1=" + SIGNATURE_A[7:],
        "sha256=é\udc80",
    ],
)
def test_a_malformed_header_is_refused(header: str) -> None:
    assert not is_signed(BODY_A, header, secrets=[SECRET])


@given(body=st.binary(max_size=50), header=st.text(st.characters(), max_size=80))
def test_no_header_raises_and_no_guess_succeeds(body: bytes, header: str) -> None:
    assert not is_signed(body, header, secrets=[SECRET])


@pytest.mark.parametrize("token", ["a", "kapture-crc-token-0001", "A+/=_-9", "x" * 128])
def test_a_token_of_the_alphabet_may_be_answered(token: str) -> None:
    assert is_challenge_token(token)


@pytest.mark.parametrize(
    "token",
    ["", "x" * 129, " a", "a\n", "a b", '{"for_user_id":"1"}', "[]", "<a>", "\ufeffabc", "é", "a\x00", BODY_A.decode()],
)
def test_anything_else_is_never_signed(token: str) -> None:
    assert not is_challenge_token(token)
    with pytest.raises(ValueError, match="not a challenge token"):
        challenge_answer(token, secret=SECRET)
