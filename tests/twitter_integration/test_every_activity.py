"""Every activity in every dialect, from its recorded body to its effect."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.factories import ACME, ANA, NOW, make_answer, make_customer, make_ticket
from tests.twitter_integration.bodies import direct, dump, post
from tests.twitter_integration.installed import deliver, install
from tickets.models import DailyCount, Happening, Identity, Message, MessageVersion, Ticket
from twitter_integration.deliveries.drain import drain
from twitter_integration.events import Kind
from twitter_integration.facts.activities import ACTIVITIES
from twitter_integration.models import Delivery, Event, PartnerAccount
from twitter_integration.payloads.fields import SNOWFLAKE_EPOCH_MS

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).parent / "fixtures"
RECORDED = sorted(FIXTURES.rglob("*.json"))


@pytest.fixture
def acme() -> PartnerAccount:
    return install()


def recorded(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def tell(account: PartnerAccount, *bodies: bytes) -> None:
    deliver(account, *bodies)
    drain()


def choose(account: PartnerAccount, **effects: str) -> None:
    account.address.effects = effects
    account.address.save()


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_recorded_body_passes_and_is_noted_once(path: Path, acme: PartnerAccount) -> None:
    tell(acme, path.read_bytes())
    tell(acme, path.read_bytes() + b" ")  # the same told again, as another delivery
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    assert not Event.objects.filter(outcome__in=["failed", "kept"]).exclude(kind="unknown").exists()
    assert [row.times_told for row in Event.objects.all()] == [2] * Event.objects.count()


def test_every_kind_is_in_the_table_and_in_a_recorded_body(acme: PartnerAccount) -> None:
    tell(acme, *(path.read_bytes() for path in RECORDED))
    told = set(Event.objects.values_list("kind", flat=True)) | {"typing"}  # typing is never stored
    of_others = {k.value for k in Kind if k.value.endswith("_of_us") and k.value.split("_")[0] in OTHERS}
    assert set(ACTIVITIES) == set(Kind)
    assert {kind.value for kind in Kind} - told - of_others <= {"post_other", "unknown", "follow_by_us"}


OTHERS = ("block", "unblock", "mute", "unmute", "unfollow")


def test_what_a_post_mentions_is_stored_as_pages_render_it(acme: PartnerAccount) -> None:
    tell(acme, recorded("account_activity/mention"))
    (span,) = Message.objects.get().spans
    assert (span["kind"], span["target"]) == ("mention", "https://x.com/acmehelp_demo")


@pytest.mark.parametrize("dialect", ["account_activity", "x_activity"])
def test_a_like_is_a_line_on_the_customers_timeline(dialect: str, acme: PartnerAccount) -> None:
    tell(acme, recorded(f"{dialect}/like_of_us"), recorded(f"{dialect}/like_of_us") + b" ")
    line = Happening.objects.get()
    assert (line.kind, line.by_us, bool(line.about)) == ("like_of_us", False, True)
    assert DailyCount.objects.get().count == 1


def test_a_follow_is_a_line_with_who_followed(acme: PartnerAccount) -> None:
    tell(acme, recorded("account_activity/follow_of_us"))
    line = Happening.objects.get()
    assert line.identity is not None and (line.kind, line.identity.external_id) == ("follow_of_us", ANA)


def test_a_block_by_us_is_a_line_about_whom_we_blocked(acme: PartnerAccount) -> None:
    tell(acme, recorded("account_activity/block_by_us"))
    line = Happening.objects.get()
    assert line.by_us and line.identity is not None and line.identity.external_id != ACME


def test_a_repost_is_counted_and_never_a_ticket(acme: PartnerAccount) -> None:
    tell(acme, recorded("account_activity/repost_of_us"), recorded("x_activity/repost_of_us"))
    assert DailyCount.objects.get(kind="repost_of_us", day="2025-06-15").count == 1
    assert not Ticket.objects.exists() and not Happening.objects.exists()
    assert not Identity.objects.exists()  # who is only counted is nobody


def test_an_account_may_choose_that_mentions_are_only_counted(acme: PartnerAccount) -> None:
    choose(acme, mention="counter")
    tell(acme, recorded("account_activity/mention"))
    assert not Message.objects.exists()
    assert DailyCount.objects.get().kind == "mention"


def test_an_account_may_ignore_likes(acme: PartnerAccount) -> None:
    choose(acme, like_of_us="ignore")
    tell(acme, recorded("account_activity/like_of_us"))
    assert Event.objects.get().outcome == "ignored"
    assert not Happening.objects.exists() and not DailyCount.objects.exists()


def test_a_choice_that_is_none_counts_as_the_default(acme: PartnerAccount) -> None:
    choose(acme, like_by_us="ticket", mention="nonsense")
    tell(acme, recorded("account_activity/like_by_us"), recorded("account_activity/mention"))
    assert (Happening.objects.count(), Ticket.objects.count()) == (1, 1)


def deleted(number: str) -> bytes:
    status = {"id": number, "user_id": ACME}
    return dump({"for_user_id": ACME, "tweet_delete_events": [{"status": status, "timestamp_ms": "1772446500000"}]})


def test_a_deleted_post_leaves_a_tombstone_without_its_words(acme: PartnerAccount) -> None:
    tell(acme, post("@acmehelp_demo help", number="1000"))
    tell(acme, post("@ana_demo secret words", who=ACME, number="1001", answers=("1000", ANA)))
    tell(acme, deleted("1001"))
    message = Message.objects.get(external_id="1001")
    assert (message.text, message.original_text, message.spans, message.deleted_at is not None) == ("", "", [], True)
    assert message.ticket is not None and message.ticket.last_text == ""
    assert message.ticket.activities.filter(verb="message.deleted").count() == 1


def test_a_deletion_that_comes_before_its_post_leaves_a_tombstone(acme: PartnerAccount) -> None:
    tell(acme, deleted("1001"))
    tell(acme, post("secret words", who=ACME, number="1001"))
    message = Message.objects.get()
    assert (message.text, message.deleted_at is not None) == ("", True)


def test_a_deletion_that_names_another_author_deletes_nothing(acme: PartnerAccount) -> None:
    tell(acme, post("@acmehelp_demo help", number="1000"))
    tell(acme, deleted("1000").replace(f'"user_id":"{ACME}"'.encode(), f'"user_id":"{ANA}"'.encode()))
    assert Message.objects.get().text == "@acmehelp_demo help"


def test_a_deletion_of_a_post_touches_no_private_message(acme: PartnerAccount) -> None:
    tell(acme, direct("private words", number="1000"))
    tell(acme, deleted("1000"))
    assert Message.objects.get(visibility="private").text == "private words"


def at_year(year: str) -> bytes:
    tree = json.loads(post("@acmehelp_demo help", number="1934266562630385666"))
    tree["tweet_create_events"][0] |= {"created_at": f"Fri Dec 31 23:59:59 +0000 {year}", "timestamp_ms": None}
    return dump(tree)


@pytest.mark.parametrize("year", ["0001", "1970", "9999"])
def test_a_post_of_an_impossible_year_takes_the_time_its_id_was_given_out(year: str, acme: PartnerAccount) -> None:
    tell(acme, at_year(year))
    assert Message.objects.get().sent_at.year == 2025


def edited(text: str, *, versions: list[str], who: str = ANA) -> bytes:
    tree: dict[str, Any] = json.loads(post(text, number=versions[-1], who=who))
    history = {"initial_tweet_id": versions[0], "edit_tweet_ids": versions}
    tree["tweet_create_events"][0]["edit_history"] = history
    return dump(tree)


EDITS = (edited("@acmehelp_demo frist", versions=["1000"]), edited("@acmehelp_demo first", versions=["1000", "1002"]))


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1)])
@pytest.mark.parametrize("together", [True, False])
def test_edits_are_versions_of_one_message_in_whatever_order(
    order: tuple[int, ...], together: bool, acme: PartnerAccount
) -> None:
    batches = [[EDITS[n] + b" " * at for at, n in enumerate(order)]]
    for batch in batches if together else [[body] for body in batches[0]]:
        tell(acme, *batch)
    message = Message.objects.get()
    assert (message.text, message.external_id, Ticket.objects.count()) == ("@acmehelp_demo first", "1002", 1)
    versions = dict(MessageVersion.objects.values_list("external_id", "text"))
    assert versions == {"1000": "@acmehelp_demo frist", "1002": "@acmehelp_demo first"}


def test_an_edited_post_counts_from_its_first_version_though_nobody_told_of_that(acme: PartnerAccount) -> None:
    first = datetime(2026, 3, 2, 8, 40, tzinfo=UTC)
    number = (round(first.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS) << 22
    tell(acme, edited("@acmehelp_demo first", versions=[str(number), str(number + 1)]))
    message, version = Message.objects.get(), MessageVersion.objects.get(external_id=str(number + 1))
    assert (message.sent_at, Ticket.objects.get().opened_at) == (first, first)
    assert version.sent_at is not None and version.sent_at > first


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_deletion_that_comes_before_both_versions_leaves_no_word_of_either(
    order: tuple[int, ...], acme: PartnerAccount
) -> None:
    own = [
        edited("frist words", versions=["1001"], who=ACME),
        edited("first words", versions=["1001", "1002"], who=ACME),
    ]
    tell(acme, deleted("1002"))
    for at in order:
        tell(acme, own[at])
    assert not Message.objects.exclude(text="", original_text="").exists()
    assert not MessageVersion.objects.exclude(text="").exists()


def test_an_answer_to_an_old_version_joins_the_ticket(acme: PartnerAccount) -> None:
    tell(acme, *EDITS)
    tell(acme, post("@ana_demo on it", who=ACME, number="1003", answers=("1000", ANA)))
    assert Message.objects.get(external_id="1003").ticket == Ticket.objects.get()


@pytest.mark.parametrize("dialect", ["account_activity", "x_activity"])
def test_a_read_receipt_marks_our_private_answers(dialect: str, acme: PartnerAccount) -> None:
    ticket = make_ticket(make_customer(ANA), private=True)
    answer = make_answer(ticket, external_id="1934270001959665675")
    tell(acme, recorded(f"{dialect}/read"))
    answer.refresh_from_db()
    assert answer.read_at is not None


@pytest.mark.parametrize("dialect", ["account_activity", "x_activity"])
def test_withdrawn_consent_stops_the_account_and_keeps_the_history(dialect: str, acme: PartnerAccount) -> None:
    PartnerAccount.objects.update(connected_at=None)  # long before
    tell(acme, recorded(f"{dialect}/mention"), recorded(f"{dialect}/revoked"))
    acme = PartnerAccount.objects.select_related("address").get(pk=acme.pk)
    assert (str(acme.access_token), str(acme.access_token_secret), acme.token_state) == ("", "", "dead")
    assert acme.address.sending_stopped and "withdrew its consent" in acme.address.banner
    assert Ticket.objects.count() == 1


def test_consent_withdrawn_long_ago_and_told_again_stops_nothing(acme: PartnerAccount) -> None:
    PartnerAccount.objects.update(connected_at=None)
    tell(acme, recorded("account_activity/revoked"))
    PartnerAccount.objects.update(access_token="new token")
    tell(acme, recorded("account_activity/revoked") + b" ")
    assert str(PartnerAccount.objects.get().access_token) == "new token"


def test_consent_withdrawn_before_the_account_was_connected_again_stops_nothing(acme: PartnerAccount) -> None:
    assert acme.connected_at == NOW
    tell(acme, recorded("account_activity/revoked"))
    acme.refresh_from_db()
    assert str(acme.access_token) and not acme.address.sending_stopped


def renamed(after: str) -> bytes:
    tree = json.loads(recorded("x_activity/profile_changed"))
    tree["data"]["payload"] = {"before": "whatever it was", "after": after}
    return dump(tree | {"data": tree["data"] | {"event_uuid": after}})


@pytest.mark.parametrize("after", [{"a": 1}, False, 12, ["acme"], "not a handle <b>\u202e", "acme\u202e"])
def test_what_is_no_handle_renames_nothing(after: Any, acme: PartnerAccount) -> None:
    tree = json.loads(renamed("acme_1"))
    tree["data"]["payload"]["after"] = after
    tell(acme, dump(tree))
    before = acme.page_name
    acme.refresh_from_db()
    assert (acme.page_name, acme.address.handle) == (before, before)
    assert Delivery.objects.filter(state="dead").exists()


def test_our_new_name_is_kept_without_what_turns_words_around(acme: PartnerAccount) -> None:
    tell(acme, renamed("Acme \u202eHelp").replace(b"update.handle", b"update.screenname"))
    acme.address.refresh_from_db()
    assert acme.address.name == "Acme Help"


def test_a_message_between_two_strangers_is_none_of_ours(acme: PartnerAccount) -> None:
    tree = json.loads(recorded("account_activity/message_received").replace(ACME.encode(), b"77"))
    tell(acme, dump(tree | {"for_user_id": ACME}))
    assert not Ticket.objects.exists()
    assert "between two others" in Event.objects.get().reason


@pytest.mark.parametrize("order", [(1, 2), (2, 1)], ids=["in order", "the newer first"])
def test_our_newest_handle_is_followed(order: tuple[int, ...], acme: PartnerAccount) -> None:
    for number in order:
        deliver(acme, renamed(f"acme_{number}"), received_at=NOW + timedelta(minutes=number))
        drain()
    acme.refresh_from_db()
    assert (acme.page_name, acme.address.handle) == ("acme_2", "acme_2")


def test_a_handle_told_late_renames_no_account_that_was_set_up_since(acme: PartnerAccount) -> None:
    deliver(acme, renamed("acme_before"), received_at=NOW - timedelta(minutes=1))
    drain()
    acme.refresh_from_db()
    assert acme.page_name == "acmehelp_demo"


def test_an_encrypted_message_is_a_placeholder_on_the_private_ticket(acme: PartnerAccount) -> None:
    tell(acme, recorded("x_activity/encrypted_message"))
    message = Message.objects.get()
    assert (message.kind, message.text, message.visibility) == ("encrypted", "", "private")
    assert message.ticket is not None and message.ticket.private
    assert Identity.objects.get().external_id == ANA
