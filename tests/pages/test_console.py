"""The account console: forms for what is open, the reason and the way by hand for what is not, a click, a record."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.contracts.test_console import PIXEL
from tests.factories import make_agent, make_message, make_outsider, make_supervisor, make_ticket
from tests.twitter_integration.conftest import acme, sandbox
from tickets.models import OutboxEntry
from twitter_integration.console import record
from twitter_integration.console.sheets import name_content
from twitter_integration.models import AccountAct, AccountView, PartnerAccount, XApp
from twitter_integration.sandbox.server import ThreadedSandbox

__all__ = ["acme", "sandbox"]
ANA = "900000000000000002"
SOME_DAY = f"{timezone.now().year + 2}-01-01"


def page(client: Client, account: PartnerAccount, tab: str, **query: str) -> str:
    answer = client.get(reverse("console", args=[account.page_id, tab]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, account: PartnerAccount, action: str, **words: str) -> str:
    return client.post(reverse("console_act", args=[account.page_id, action]), words, follow=True).content.decode()


def test_somebody_reads_the_mentions_when_they_ask_for_it(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo where is order 5521?")
    client.force_login(make_agent())
    assert "5521" not in page(client, acme, "timelines")
    told = page(client, acme, "timelines", read="mentions")
    assert "order 5521" in told and "@ana_demo" in told and "US$" in told


def test_what_the_tier_forbids_is_told_with_the_way_by_hand(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_agent())
    told = page(client, acme, "people")
    assert "only apps with Enterprise access" in told and "Open on X" in told


@pytest.mark.parametrize(
    ("tab", "path"), [("people", "/home"), ("posts", "/home"), ("direct-messages", "/messages"), ("writing", "/home")]
)
def test_the_way_by_hand_never_names_the_brand_in_place_of_somebody(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox, tab: str, path: str
) -> None:
    client.force_login(make_supervisor())
    told = page(client, acme, tab)
    assert f'href="{sandbox.base_url}{path}"' in told
    assert "screen_name=acmehelp_demo" not in told and f'href="{sandbox.base_url}/acmehelp_demo"' not in told


def test_only_a_reply_in_a_conversation_the_account_began_is_offered_to_be_hidden(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    root = str(sandbox.act("post", user="ana_demo", text="@acmehelp_demo where is order 5521?")["id"])
    begun = str(sandbox.act("post", user="acmehelp_demo", text="Good morning")["id"])
    reply = str(sandbox.act("reply", user="ana_demo", in_reply_to=begun, text="and to you")["id"])
    client.force_login(make_supervisor())
    told = page(client, acme, "timelines", read="mentions")
    assert f"form=hide-reply&amp;post={reply}" in told and f"form=hide-reply&amp;post={root}" not in told


def test_a_mute_is_done_at_once_and_stands_in_the_record(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_agent())
    assert "Muted." in press(client, acme, "mute", person=ANA, reason="Floods", until=SOME_DAY, tab="people")
    assert "Floods" in page(client, acme, "log")
    assert AccountAct.objects.get().reminder.due_at.date().isoformat() == SOME_DAY


def test_a_repost_asks_before_it_is_done(client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    post = str(sandbox.act("post", user="ana_demo", text="@acmehelp_demo thanks!")["id"])
    client.force_login(make_agent())
    assert "This is done on X as @acmehelp_demo" in press(client, acme, "repost", post=post, tab="posts")
    assert not AccountAct.objects.exists()
    assert "Reposted." in press(client, acme, "repost", post=post, tab="posts", confirmed="yes")


def test_whom_it_is_done_to_is_named_before_and_that_one_it_is(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    acme.app.tier = sandbox.world.switches.tier = "enterprise"
    acme.app.save()
    client.force_login(make_agent())
    asked = press(client, acme, "follow", person="@ana_demo", tab="people")
    assert "@ana_demo · Ana" in asked and f'name="person" value="{ANA}"' in asked
    assert "nobody on X called @nobody" in press(client, acme, "follow", person="@nobody", tab="people")


def test_what_answers_a_reminder_stands_beside_it_and_is_no_form_of_its_own(
    client: Client, acme: PartnerAccount
) -> None:
    client.force_login(make_agent())
    assert "Let it stay and remind no more" not in page(client, acme, "people")


def test_a_second_click_while_it_is_being_done_is_told_so_without_an_error(
    client: Client, acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "PATIENCE_SECONDS", 0)
    client.force_login(make_supervisor())
    sheet, now = uuid4(), timezone.now()
    gesture = name_content(sheet, {"name": "Partners"}, "", None)
    facts = {"account": acme, "page_name": acme.page_name, "by_name": "sam", "via": "page", "gesture": gesture}
    begun = AccountAct.objects.create(action="create-list", at=now, **facts)
    words = {"name": "Partners", "sheet": str(sheet), "tab": "lists"}
    told = client.post(reverse("console_act", args=[acme.page_id, "create-list"]), words, follow=True)
    assert told.redirect_chain and "It is being done." in told.content.decode()
    begun.refresh_from_db()
    assert begun.outcome == "begun" and AccountAct.objects.count() == 1


def test_a_reason_that_is_too_long_is_refused_with_its_length_and_kept(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    reason = "Floods. " * 60
    words = {"person": ANA, "reason": reason, "tab": "people"}
    told = client.post(reverse("console_act", args=[acme.page_id, "mute"]), words)
    assert told.status_code == 422 and not AccountAct.objects.exists()
    assert "at most 300 characters; this one has 479" in told.content.decode() and reason in told.content.decode()


def test_an_answer_to_a_post_nobody_here_saw_warns_before_it_goes_out(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    asked = press(client, acme, "reply", post="1950000000000000009", text="Hello", tab="writing")
    assert "The desk has not seen this post" in asked and "Not now" in asked


def test_what_no_dialect_of_the_app_offers_is_done_in_the_very_conversation_on_x(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="Are you there?")
    client.force_login(make_supervisor())
    talk = f'href="{sandbox.base_url}/messages/compose?recipient_id={ANA}"'
    told = page(client, acme, "direct-messages", read="conversations")
    assert told.count(talk) == 2 and "Mark as read on X" in told and "Show that somebody is typing on X" in told
    filled = page(client, acme, "direct-messages", form="typing", person=ANA)
    assert filled.index('id="form"') < filled.index(talk)


def test_a_page_brought_back_is_asked_for_anew(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_agent())
    assert "no-cache" in client.get(reverse("console", args=[acme.page_id, "people"])).headers["Cache-Control"]


def test_the_sheet_of_a_post_says_that_it_waits_and_takes_no_words_that_are_too_long(
    client: Client, acme: PartnerAccount
) -> None:
    client.force_login(make_supervisor())
    address = reverse("console_act", args=[acme.page_id, "post"])
    asked = client.post(address, {"text": "We open at nine.", "tab": "writing"}).content.decode()
    assert "it waits in the outbox" in asked and "It cannot be taken back" not in asked
    refused = client.post(address, {"text": "word " * 63, "tab": "writing"})
    assert refused.status_code == 422 and "too long" in refused.content.decode()


@pytest.mark.parametrize(("action", "more"), [("post", {}), ("reply", {"post": "77"})])
def test_too_long_words_are_shown_in_their_parts_confirmed_and_sent_as_them(
    client: Client, acme: PartnerAccount, action: str, more: dict[str, str]
) -> None:
    client.force_login(make_supervisor())
    words = {"text": "word " * 63, "tab": "writing"} | more
    refused = press(client, acme, action, **words)
    assert 'name="parts" value="2"' in refused and refused.count("2/2") == 1
    asked = press(client, acme, action, **words, parts="2")
    assert "as these 2 posts" in asked and asked.count("2/2") == 1 and 'name="parts" value="2"' in asked
    press(client, acme, action, **words, parts="2", confirmed="yes")
    assert [entry.message.text[-3:] for entry in OutboxEntry.objects.order_by("pk")] == ["1/2", "2/2"]


def test_a_long_answer_names_in_each_part_whom_it_answers_as_it_was_shown(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    make_message(make_ticket(address=acme.address), external_id="77")
    words = {"text": "word " * 110, "post": "https://x.com/ana_demo/status/77", "tab": "writing"}
    measured = client.post(reverse("console_measure", args=[acme.page_id, "reply"]), words).content.decode()
    shown = re.findall(r'name="parts" value="(\d)"', measured)
    assert shown and re.findall(r'name="parts" value="(\d)"', press(client, acme, "reply", **words)) == shown
    assert "one after the other" in press(client, acme, "reply", **words, parts=shown[0])


def test_a_post_with_a_picture_is_confirmed_and_scheduled(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    address = reverse("console_act", args=[acme.page_id, "post"])
    words = {"text": "Look", "at": "2099-01-01T09:00", "alt-files": "A red dot", "tab": "writing"}
    asked = client.post(address, words | {"files": SimpleUploadedFile("dot.png", PIXEL)})
    assert "dot.png" in asked.content.decode() and 'name="kept-files"' in asked.content.decode()
    assert "1 Jan 2099, 09:00 (UTC)" in asked.content.decode()
    words |= {"at": (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")}
    told = client.post(
        address, words | {"files": SimpleUploadedFile("dot.png", PIXEL), "confirmed": "yes"}, follow=True
    )
    assert "It is scheduled for" in told.content.decode()
    assert [media.alt_text for media in OutboxEntry.objects.get().message.media.all()] == ["A red dot"]


def test_what_does_not_fit_is_said_and_nothing_is_done(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    assert "Missing: name" in press(client, acme, "create-list", tab="lists")
    assert "A day is wanted" in press(client, acme, "mute", person=ANA, reason="x", until="soon", tab="people")


@pytest.mark.parametrize("tab", ["timelines", "writing", "posts", "people", "profile-and-settings", "lists", "log"])
def test_every_tab_opens(client: Client, acme: PartnerAccount, tab: str) -> None:
    client.force_login(make_supervisor())
    page(client, acme, tab)


def test_an_outsider_finds_nothing_and_an_agent_may_not_change_the_account(
    client: Client, acme: PartnerAccount
) -> None:
    client.force_login(make_outsider())
    assert client.get(reverse("consoles")).status_code == 404
    assert client.post(reverse("console_act", args=[acme.page_id, "mute"])).status_code == 404
    client.force_login(make_agent())
    assert "@acmehelp_demo" in client.get(reverse("consoles")).content.decode()
    assert "Your role may not change the account" in press(client, acme, "create-list", name="Mine", tab="lists")


@pytest.mark.parametrize(
    ("account", "address", "words"),
    [
        ({"token_state": "dead", "disconnected_at": None}, {}, "Refused by X"),
        ({}, {"sending_stopped": True, "banner": "No credits left."}, "No credits left."),
        ({"paused": True}, {}, "Paused: receives, but sends nothing"),
        ({"enabled": False}, {}, "Switched off"),
    ],
)
def test_the_list_of_accounts_says_how_each_stands(
    client: Client, acme: PartnerAccount, account: dict[str, object], address: dict[str, object], words: str
) -> None:
    PartnerAccount.objects.update(**account)
    if address:
        type(acme.address).objects.update(**address)
    client.force_login(make_supervisor())
    assert words in client.get("/accounts/").content.decode()


def test_a_row_leads_into_the_forms_that_make_sense_on_it(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    post = str(sandbox.act("post", user="ana_demo", text="@acmehelp_demo where is order 5521?")["id"])
    client.force_login(make_supervisor())
    told = page(client, acme, "timelines", read="mentions")
    assert f"/writing/?form=reply&amp;post={post}" in told and f"?form=repost&amp;post={post}" in told
    assert f"form=like&amp;post={post}" not in told  # this tier may not
    assert f'name="post" value="{post}"' in page(client, acme, "writing", form="reply", post=post)
    assert client.get(reverse("console", args=[acme.page_id, "writing"]), {"form": "mentions"}).status_code == 404


def test_people_are_offered_what_is_not_so_yet(client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    acme.app.tier = sandbox.world.switches.tier = "enterprise"
    acme.app.save()
    client.force_login(make_supervisor())
    press(client, acme, "follow", person=ANA, confirmed="yes", tab="people")
    told = page(client, acme, "people", read="following")
    assert "form=unfollow&amp;person=%40ana_demo" in told and "form=follow&amp;" not in told
    assert "form=mute&amp;person=%40ana_demo" in told and 'class="av ' in told


def test_a_member_is_taken_off_the_list_that_is_read(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    press(client, acme, "create-list", name="Fans", tab="lists")
    made = AccountAct.objects.get().result
    press(client, acme, "add-member", list=made, person=ANA, tab="lists")
    assert f"form=remove-member&amp;person=%40ana_demo&amp;list={made}" in page(
        client, acme, "lists", read="list-members", list=made
    )
    assert f"form=update-list&amp;list={made}&amp;name=Fans" in page(client, acme, "lists", read="lists")


def test_what_was_filled_in_and_is_emptied_is_sent_as_empty_or_refused(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    press(client, acme, "create-list", name="Fans", description="Who likes us", tab="lists")
    made = AccountAct.objects.get().result
    form = page(client, acme, "lists", form="update-list", list=made, name="Fans", description="Who likes us")
    assert 'name="was-description" value="Who likes us"' in form and 'name="was-list"' not in form
    was = {"list": made, "was-name": "Fans", "was-description": "Who likes us", "tab": "lists"}
    assert "The list is changed." in press(client, acme, "update-list", name="Fans", description="", **was)
    assert "Who likes us" not in page(client, acme, "lists", read="lists")
    assert "cannot be emptied" in press(client, acme, "update-list", name="", description="", **was)


def test_what_was_typed_stays_when_it_is_refused(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    told = press(client, acme, "mute", person="not a handle!", reason="Floods", tab="people")
    assert 'value="not a handle!"' in told and 'value="Floods"' in told
    told = press(client, acme, "post", text="Hello all", at="tomorrow", tab="writing", confirmed="yes")
    assert "Hello all</textarea>" in told and 'name="at" value="tomorrow"' in told


def test_the_profile_stands_in_its_form_and_only_changes_are_sent(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    tab = "profile-and-settings"
    assert 'name="was-description"' not in page(client, acme, tab)
    page(client, acme, tab, read="profile")
    told = page(client, acme, tab)
    assert 'name="was-description"' in told and "As X told it on" in told
    same = {"was-description": "Here to help", "description": "Here to help", "tab": tab}
    assert "Nothing was changed." in press(client, acme, "update-profile", **same)
    assert "The profile is changed." in press(client, acme, "update-profile", **same | {"description": ""})
    assert AccountView.objects.get().profile["bio"] == ""


def test_settings_stand_in_their_form_as_x_told_them_and_only_what_changed_is_sent(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    acme.app.tier = sandbox.world.switches.tier = "enterprise"
    acme.app.save()
    client.force_login(make_supervisor())
    assert "not known here yet" in page(client, acme, "profile-and-settings")
    told = page(client, acme, "profile-and-settings", read="settings")
    assert 'name="was-language" value="en"' in told and 'name="was-protected" value="no"' in told
    assert "As X told it on" in told and 'name="was-discoverable_by_phone" value="no"' in told
    was = {"was-language": "en", "was-protected": "no", "confirmed": "yes"}
    asked = press(client, acme, "update-settings", language="de", protected="no", **was | {"confirmed": ""})
    assert "<dt>Language</dt>" in asked and "<dt>Protected posts</dt>" not in asked
    unchanged = press(client, acme, "update-settings", language="en", protected="no", **was)
    assert "Nothing was changed." in unchanged
    assert "The settings are changed." in press(client, acme, "update-settings", language="de", protected="no", **was)
    assert 'name="was-language" value="de"' in page(client, acme, "profile-and-settings")


def test_the_record_says_what_was_changed_and_from_what(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    acme.app.tier = sandbox.world.switches.tier = "enterprise"
    acme.app.save()
    client.force_login(make_supervisor())
    page(client, acme, "profile-and-settings", read="settings")
    press(client, acme, "update-settings", protected="yes", allow_media_tagging="none", confirmed="yes")
    told = page(client, acme, "log")
    assert "<dt>Protected posts</dt>" in told and "<bdi>No</bdi> → <bdi>Yes</bdi>" in told
    protected = {"field": "protected", "before": "no", "after": "yes"}
    assert protected in AccountAct.objects.get(action="update-settings").changes


def test_what_is_deleted_in_kapture_is_not_said_to_be_done_on_x(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    press(client, acme, "create-collection", name="Praise", tab="collections")
    made = AccountAct.objects.get().result
    asked = press(client, acme, "delete-collection", collection=made, tab="collections")
    assert "nothing changes on X" in asked and "done on X" not in asked and f"Praise · {made}" in asked


def test_the_forms_that_write_count_as_the_composer_does(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    told = page(client, acme, "writing")
    count = reverse("console_measure", args=[acme.page_id, "reply"])
    assert f'hx-post="{count}"' in told and 'id="ring-post"' in told and 'id="ring-reply"' in told
    assert 'data-remaining="273"' in client.post(count, {"text": "Open 🛑"}).content.decode()
    private = reverse("console_measure", args=[acme.page_id, "message"])
    assert 'data-remaining="9996"' in client.post(private, {"text": "Open"}).content.decode()
    assert client.post(reverse("console_measure", args=[acme.page_id, "like"])).status_code == 404


def test_words_that_are_too_long_come_back_with_their_count(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    said = "x" * 290
    refused = client.post(reverse("console_act", args=[acme.page_id, "post"]), {"text": said, "tab": "writing"})
    told = refused.content.decode()
    assert refused.status_code == 422 and f"{said}</textarea>" in told and "10 over" in told


def test_a_like_pressed_twice_is_one_like_and_no_error(
    client: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    XApp.objects.update(tier="enterprise")
    sandbox.world.switches.set("tier", "enterprise")
    post = str(sandbox.act("post", user="ana_demo", text="@acmehelp_demo thanks!")["id"])
    client.force_login(make_supervisor())
    words = {"post": post, "confirmed": "yes", "sheet": str(uuid4()), "tab": "posts"}
    assert "Liked." in press(client, acme, "like", **words)
    assert "Liked." in press(client, acme, "like", **words)
    told = press(client, acme, "like", **words | {"sheet": str(uuid4())})
    assert 'role="alert"' not in told and AccountAct.objects.filter(action="like").count() == 2
    liked = sandbox.world.store.number("SELECT count(*) FROM liked WHERE post_id = ?", (post,))
    assert liked == 1
