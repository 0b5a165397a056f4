"""New posts: written, kept, scheduled and taken back by those who may publish for the account; nobody else finds the
page."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_address, make_supervisor
from tests.things import picture
from tickets.models import Address, Draft, Message, OutboxEntry, SendLane, SendWindow, StoredFile
from twitter_integration.console.fates import with_fates
from twitter_integration.console.recalling import recall
from twitter_integration.models import AccountAct, PartnerAccount, XApp

pytestmark = pytest.mark.django_db
LONG = "We are closed on Monday and open again on Tuesday. " * 8
TOKEN = "3f0c6f1e-9d53-4b5f-8a05-0d8f6a1f2b11"


@pytest.fixture
def sam(db: None) -> User:
    return make_supervisor("sam")


@pytest.fixture
def sams_desk(sam: User, acme: Address) -> Client:
    client = Client()
    client.force_login(sam)
    return client


def page(client: Client, acme: Address) -> str:
    answer = client.get(f"/post/{acme.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def write(client: Client, acme: Address, text: str, **words: object) -> str:
    return client.post(f"/post/{acme.pk}/", {"text": text} | words, follow=True).content.decode()


def test_the_only_account_is_gone_to_at_once(sams_desk: Client, acme: Address) -> None:
    assert sams_desk.get("/post/")["Location"] == f"/post/{acme.pk}/"
    shown = page(sams_desk, acme)
    assert "Anyone can read this" in shown and "Can be sent" in shown


def test_a_post_with_a_picture_goes_out_and_may_be_taken_back(sams_desk: Client, acme: Address) -> None:
    assert "seconds; until then it can be taken back." in write(sams_desk, acme, "We are open.", enclosed=picture())
    message = Message.objects.get()
    assert (message.kind, message.ticket, message.media.count()) == ("post", None, 1)
    sams_desk.post(f"/posts/{message.pk}/undo/")
    told = page(sams_desk, acme)
    assert ">We are open.</textarea>" in told and 'name="take_out"' in told and not Message.objects.exists()
    assert list(AccountAct.objects.values_list("action", "by_name")) == [("take-back", "sam"), ("post", "sam")]
    assert [one.words for one in recall(with_fates(AccountAct.objects.order_by("-id")))] == ["Take a post back", "Post"]


def test_a_picture_is_described_before_it_goes(sams_desk: Client, acme: Address) -> None:
    assert "No description yet" in write(sams_desk, acme, "We are open.", do="add", enclosed=picture())
    number = Draft.objects.get().files.get().pk
    write(sams_desk, acme, "We are open.", kept="post", shown=number, **{f"alt-{number}": "The new shop"})
    assert Message.objects.get().media.get().alt_text == "The new shop"


def test_files_left_out_are_told_after_a_reload_and_those_that_were_lost_too(sams_desk: Client, acme: Address) -> None:
    write(sams_desk, acme, "We are open.", do="add", enclosed=[picture(f"{n}.png") for n in "abcde"])
    assert "Left out: “e.png”." in page(sams_desk, acme)
    assert "Left out: “a.png”. Choose" in write(
        sams_desk, acme, "Open.", do="add", send_at="?", enclosed=picture("a.png")
    )


def test_a_long_post_is_shown_as_its_parts_and_then_sent(sams_desk: Client, acme: Address) -> None:
    assert 'name="parts" value="2"' in write(sams_desk, acme, LONG)
    write(sams_desk, acme, LONG, parts="2")
    assert Message.objects.count() == 2


def test_only_some_may_answer_a_thread_and_its_first_part_says_so(sams_desk: Client, acme: Address) -> None:
    write(sams_desk, acme, LONG, parts="2", circle="following")
    assert list(OutboxEntry.objects.order_by("pk").values_list("circle", flat=True)) == ["following", ""]
    assert "Accounts it follows" in page(sams_desk, acme)
    assert "the channel&#x27;s own words" in write(sams_desk, acme, "Hello", circle="everybody-but-ben")


@pytest.mark.parametrize("button", [{"do": "later"}, {}])
def test_a_post_is_scheduled_by_either_button_and_posted_now(
    sams_desk: Client, acme: Address, button: dict[str, str]
) -> None:
    moment = timezone.localtime() + timedelta(days=1)
    assert "Scheduled." in write(sams_desk, acme, "Good morning!", **button, send_at=f"{moment:%Y-%m-%dT%H:%M}")
    entry = OutboxEntry.objects.get()
    assert entry.state == "scheduled" and "Scheduled for" in page(sams_desk, acme)
    sams_desk.post(f"/posts/{entry.message_id}/send-now/")
    entry.refresh_from_db()
    assert entry.state == "queued"


def test_a_draft_is_kept_with_all_that_was_chosen_and_found_from_home(sams_desk: Client, acme: Address) -> None:
    words = {"text": "We are o", "circle": "verified", "token": TOKEN}
    assert "Draft saved" in sams_desk.post(f"/post/{acme.pk}/draft/", words).content.decode()
    assert f'href="/post/{acme.pk}/"' in sams_desk.get("/").content.decode()
    told = page(sams_desk, acme)
    assert ">We are o</textarea>" in told and '<option value="verified" selected>' in told


@pytest.mark.parametrize("text", ["", "x" * 300])
def test_what_cannot_be_posted_stays_with_the_reason(sams_desk: Client, acme: Address, text: str) -> None:
    answer = sams_desk.post(f"/post/{acme.pk}/", {"text": text})
    assert answer.status_code == 422 and 'id="text-err"' in answer.content.decode()
    assert not Message.objects.exists()


def test_what_the_account_may_not_send_says_so_before_anybody_writes(sams_desk: Client, acme: Address) -> None:
    PartnerAccount.objects.update(enabled=False)
    told = page(sams_desk, acme)
    assert "This cannot be sent from here." in told and "/intent/tweet" in told
    assert "switched off" in write(sams_desk, acme, "Hello") and not Message.objects.exists()


def test_the_price_follows_what_is_written(sams_desk: Client, acme: Address) -> None:
    XApp.objects.update(tier="self-serve")

    def price(text: str) -> str:
        return sams_desk.post(f"/post/{acme.pk}/measure/", {"text": text}).content.decode()

    assert "US$ 0.015" in price("Hello") and "US$ 0.200" in price("Read https://acme.com/news")
    assert "US$ 0.025" in price(LONG)  # a post and an answer to it


def test_the_picture_of_a_post_is_for_who_may_publish_it_until_it_is_out(
    sams_desk: Client, desk: Client, acme: Address
) -> None:
    write(sams_desk, acme, "We are open.", enclosed=picture())
    address = f"/files/{StoredFile.objects.get().pk}/"
    assert [one.get(address).status_code for one in (sams_desk, desk)] == [200, 404]
    OutboxEntry.objects.update(state="sent")
    assert desk.get(address).status_code == 200


def test_an_agent_and_an_outsider_find_no_such_page(desk: Client, strangers_desk: Client, acme: Address) -> None:
    for client in (desk, strangers_desk):
        for place in ("", "parts/"):
            assert client.get(f"/post/{acme.pk}/{place}").status_code == 404
        assert client.post(f"/post/{acme.pk}/", {"text": "Hello"}).status_code == 404
    assert "New post" not in desk.get("/").content.decode() and not Message.objects.exists()


def test_an_account_may_be_left_to_some_groups(sams_desk: Client, sam: User, acme: Address) -> None:
    press = Group.objects.create(name="Press")
    acme.speakers.add(press)
    other = make_address("900000000000000099", name="Acme Films", handle="acmefilms")
    assert sams_desk.get("/post/")["Location"] == f"/post/{other.pk}/"
    assert sams_desk.post(f"/post/{acme.pk}/", {"text": "Hello"}).status_code == 404
    sam.groups.add(press)
    assert "as @acmehelp_demo" in page(sams_desk, acme)


def test_a_post_sent_twice_from_one_sheet_is_one(sams_desk: Client, acme: Address) -> None:
    for _ in range(2):
        write(sams_desk, acme, "Hello", token=TOKEN)
    assert Message.objects.count() == AccountAct.objects.count() == 1


def test_the_page_asks_as_many_statements_for_ten_posts_as_for_three(sams_desk: Client, acme: Address) -> None:
    counts = []
    for numbers in (range(3), range(3, 10)):
        for n in numbers:
            write(sams_desk, acme, f"Post {n}")
        with CaptureQueriesContext(connection) as asked:
            page(sams_desk, acme)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_post_that_has_to_wait_says_how_long_and_why(sams_desk: Client, acme: Address) -> None:
    lane = SendLane.objects.create(address=acme, private=False, refreshed_at=timezone.now())
    opens = timezone.now() + timedelta(minutes=19)
    facts = {"key": "acme:posts", "limit": 1, "published": 1, "seconds": 900, "used": 1, "resets_at": opens}
    lane.windows.add(SendWindow.objects.create(words="X allows 1 post per 15 minutes.", **facts))
    assert "It waits about 19 minutes: X allows 1 post per 15 minutes." in write(sams_desk, acme, "We are open.")


def test_a_post_that_was_refused_is_given_on_x_itself(sams_desk: Client, acme: Address) -> None:
    sams_desk.post(f"/post/{acme.pk}/", {"text": "Open again"})
    OutboxEntry.objects.update(state="failed", tries=1, first_tried_at=timezone.now())
    for page in (f"/post/{acme.pk}/", "/outbox/"):
        shown = sams_desk.get(page).content.decode()
        assert "Post it on X" in shown and 'href="https://x.com/intent/tweet?text=Open%20again"' in shown, page


def test_a_later_part_of_a_thread_is_not_handed_over_alone(sams_desk: Client, acme: Address) -> None:
    sams_desk.post(f"/post/{acme.pk}/", {"text": LONG, "parts": 2})
    first, later = OutboxEntry.objects.order_by("pk")
    OutboxEntry.objects.filter(pk=first.pk).update(state="sent")
    OutboxEntry.objects.filter(pk=later.pk).update(state="failed", tries=1, first_tried_at=timezone.now())
    Message.objects.filter(pk=later.message_id).update(in_reply_to="")
    shown = sams_desk.get("/outbox/").content.decode()
    assert "Try again" in shown and "Post it on X" not in shown


def test_the_sidebar_and_home_count_posts_that_were_not_sent(sams_desk: Client, desk: Client, acme: Address) -> None:
    for text in ("Open again", "Closed again"):
        sams_desk.post(f"/post/{acme.pk}/", {"text": text})
    OutboxEntry.objects.update(state="failed", tries=1, first_tried_at=timezone.now())
    home = sams_desk.get("/").content.decode()
    assert "2 posts were not sent." in home and 'href="/outbox/?state=failed"' in home
    assert "2<span" in home.split("/outbox/", 1)[1][:600]
    agents = desk.get("/").content.decode()
    assert "not sent." not in agents and "2<span" not in agents.split("/outbox/", 1)[1][:600]
    OutboxEntry.objects.update(left_at=timezone.now())
    assert "not sent." not in sams_desk.get("/").content.decode()
