"""Collections and lists in the console: by their names, with what their posts say; carried out and in as files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories import ANA, make_agent, make_customer, make_message, make_outsider, make_supervisor, make_ticket
from tests.twitter_integration.conftest import acme, sandbox
from twitter_integration.console import doing
from twitter_integration.console.actor import Actor
from twitter_integration.models import CollectedPost, Collection, PartnerAccount

__all__ = ["acme", "sandbox"]
UNKNOWN = "1934268415012081666"


@pytest.fixture
def sams_desk(acme: PartnerAccount, client: Client) -> Client:
    client.force_login(make_supervisor())
    return client


@pytest.fixture
def praise(acme: PartnerAccount) -> Collection:
    """Ana's thanks, and a post the desk never saw."""
    ticket = make_ticket(make_customer(ANA), address=acme.address)
    known = make_message(ticket, "Thank you, that was quick!").external_id or ""
    made = Collection.objects.create(
        account=acme, name="Praise", created_at=ticket.opened_at, changed_at=ticket.opened_at
    )
    for position, (post, note) in enumerate(((known, "=1+1, the best"), (UNKNOWN, "From the fair"))):
        CollectedPost.objects.create(
            collection=made, post_id=post, note=note, position=position, added_at=ticket.opened_at
        )
    return made


def page(client: Client, account: PartnerAccount, tab: str, **query: str | int) -> str:
    return client.get(reverse("console", args=[account.page_id, tab]), query).content.decode()


def test_a_collection_is_read_by_its_name_with_who_said_what(
    sams_desk: Client, acme: PartnerAccount, praise: Collection
) -> None:
    told = page(sams_desk, acme, "collections", read="collection", collection=praise.pk)
    assert "<h2>Praise</h2>" in told and "@ana_demo" in told and "Thank you, that was quick!" in told
    assert "The desk does not know what it says." in told and f"/status/{UNKNOWN}" in told and "From the fair" in told


def test_a_form_offers_collections_by_name(sams_desk: Client, acme: PartnerAccount, praise: Collection) -> None:
    assert f'<option value="{praise.pk}">Praise</option>' in page(sams_desk, acme, "collections")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_downloaded_file_is_what_the_command_tells_and_comes_back_the_same(
    sams_desk: Client, acme: PartnerAccount, praise: Collection, form: str
) -> None:
    assert f"{praise.pk}.{form}" in page(sams_desk, acme, "collections", read="collection", collection=praise.pk)
    file = sams_desk.get(f"/accounts/{acme.page_id}/collections/{praise.pk}.{form}")
    assert f'filename="praise.{form}"' in file["Content-Disposition"]
    order = doing.Order(action="export-collection", values={"collection": praise.pk, "format": form})
    told = doing.perform(acme, order, actor=Actor(name="operator", via="command"), now=praise.changed_at).outcome
    assert file.content.decode() == told.facts["text"]
    words = {"name": "Copy", "tab": "collections", "file": SimpleUploadedFile(f"praise.{form}", file.content)}
    sams_desk.post(reverse("console_act", args=[acme.page_id, "import-collection"]), words)
    copy = Collection.objects.get(name="Copy")
    assert list(copy.posts.values_list("post_id", "note")) == list(praise.posts.values_list("post_id", "note"))


@pytest.mark.parametrize("wrong", ["9999.json", "x.json", "{pk}.xml"])
def test_what_is_not_there_is_not_found(
    sams_desk: Client, acme: PartnerAccount, praise: Collection, wrong: str
) -> None:
    address = f"/accounts/{acme.page_id}/collections/{wrong.format(pk=praise.pk)}"
    assert sams_desk.get(address).status_code == 404


def test_an_outsider_downloads_nothing(client: Client, acme: PartnerAccount, praise: Collection) -> None:
    address = f"/accounts/{acme.page_id}/collections/{praise.pk}.csv"
    client.force_login(make_outsider())
    assert client.get(address).status_code == 404
    client.force_login(make_agent())
    assert client.get(address).status_code == 200


def test_a_list_says_whether_it_is_private_and_how_many_are_in_it(sams_desk: Client, acme: PartnerAccount) -> None:
    told = {"name": "Fans", "private": "yes", "tab": "lists"}
    sams_desk.post(reverse("console_act", args=[acme.page_id, "create-list"]), told)
    assert "Private · 0 members" in page(sams_desk, acme, "lists", read="lists")


def test_choices_are_said_as_people_say_them(sams_desk: Client, acme: PartnerAccount) -> None:
    told = page(sams_desk, acme, "writing")
    assert '<option value="mentionedUsers">Only those it names</option>' in told and ">mentionedUsers<" not in told


def test_the_record_names_the_post_that_was_collected_by_its_words(
    sams_desk: Client, acme: PartnerAccount, praise: Collection
) -> None:
    post = praise.posts.get(position=0).post_id
    told = {"collection": praise.pk, "post": post, "note": "Twice", "tab": "collections"}
    sams_desk.post(reverse("console_act", args=[acme.page_id, "collect"]), told)
    assert "“Thank you, that was quick!”" in page(sams_desk, acme, "log")
