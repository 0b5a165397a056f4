"""Files chosen in a form of the console: kept for an hour while it is refused or asks again, for who chose them."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.contracts.test_console import PIXEL
from tests.factories import make_supervisor
from tests.twitter_integration.conftest import acme, sandbox
from tickets.models import Media, OutboxEntry
from twitter_integration.console.kept import KEPT_FOR
from twitter_integration.models import AccountAct, KeptFile, PartnerAccount
from twitter_integration.tasks import forget_kept_files

__all__ = ["acme", "sandbox"]
LATER = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
WORDS = {"text": "Look", "at": LATER, "alt-files": "A red dot", "tab": "writing"}


@pytest.fixture
def sams_desk(acme: PartnerAccount, client: Client) -> Client:
    client.force_login(make_supervisor())
    return client


def dot(name: str = "dot.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PIXEL)


def press(client: Client, account: PartnerAccount, action: str, **words: Any) -> HttpResponse:
    return client.post(reverse("console_act", args=[account.page_id, action]), words)  # type: ignore[return-value]


def tokens(answer: HttpResponse, field: str = "files") -> list[str]:
    return re.findall(f'name="kept-{field}" value="([^"]+)"', answer.content.decode())


def test_a_refused_post_comes_back_with_its_file_and_its_description(sams_desk: Client, acme: PartnerAccount) -> None:
    refused = press(sams_desk, acme, "post", **WORDS | {"at": "tomorrow"}, files=dot(), confirmed="yes")
    told = refused.content.decode()
    assert refused.status_code == 422 and "dot.png" in told and "A red dot</textarea>" in told
    press(sams_desk, acme, "post", **WORDS, confirmed="yes", **{"kept-files": tokens(refused)})
    assert [media.alt_text for media in OutboxEntry.objects.get().message.media.all()] == ["A red dot"]


def test_what_is_confirmed_goes_with_the_files_chosen_before(sams_desk: Client, acme: PartnerAccount) -> None:
    asked = press(sams_desk, acme, "post", **WORDS, files=[dot("one.png"), dot("two.png")])
    assert "one.png, two.png" in asked.content.decode() and asked.status_code == 200
    press(sams_desk, acme, "post", **WORDS, confirmed="yes", **{"kept-files": tokens(asked)})
    assert Media.objects.count() == 2


def test_a_picture_of_the_profile_is_kept_until_it_is_confirmed(sams_desk: Client, acme: PartnerAccount) -> None:
    asked = press(sams_desk, acme, "picture", picture=dot(), tab="profile-and-settings")
    assert "dot.png" in asked.content.decode() and not AccountAct.objects.exists()
    told = {"kept-picture": tokens(asked, "picture"), "tab": "profile-and-settings", "confirmed": "yes"}
    told["sheet"] = str(uuid4())
    assert press(sams_desk, acme, "picture", **told).status_code == 302
    assert AccountAct.objects.get().outcome == "done"
    assert press(sams_desk, acme, "picture", **told).status_code == 302  # clicked twice: the same page again
    assert AccountAct.objects.count() == 1


def test_a_file_left_out_is_not_sent(sams_desk: Client, acme: PartnerAccount) -> None:
    refused = press(sams_desk, acme, "post", **WORDS | {"at": "tomorrow"}, files=[dot("one.png"), dot("two.png")])
    press(sams_desk, acme, "post", **WORDS, confirmed="yes", **{"kept-files": tokens(refused)[:1]})
    assert Media.objects.count() == 1


def test_of_two_pictures_for_one_message_the_second_is_left_out_by_a_click(
    sams_desk: Client, acme: PartnerAccount
) -> None:
    words = WORDS | {"person": "900000000000000002", "tab": "direct-messages", "confirmed": "yes"}
    refused = press(sams_desk, acme, "message", **words, files=[dot("one.png"), dot("two.png")])
    told = refused.content.decode()
    assert refused.status_code == 422 and "No more than one file" in told and "Look</textarea>" in told
    press(sams_desk, acme, "message", **words, **{"kept-files": tokens(refused)[:1]})
    assert Media.objects.count() == 1


def test_nobody_else_gets_it_and_no_id_can_be_made_up(sams_desk: Client, acme: PartnerAccount) -> None:
    kept = tokens(press(sams_desk, acme, "post", **WORDS | {"at": "tomorrow"}, files=dot()))
    for made_up in ("1", str(KeptFile.objects.get().pk), f"{KeptFile.objects.get().pk}:x"):
        told = press(sams_desk, acme, "post", **WORDS, confirmed="yes", **{"kept-files": made_up})
        assert told.status_code == 422 and "choose it once more" in told.content.decode()
    sams_desk.force_login(make_supervisor("rita"))
    told = press(sams_desk, acme, "post", **WORDS, confirmed="yes", **{"kept-files": kept})
    assert told.status_code == 422 and not OutboxEntry.objects.exists()


def test_after_an_hour_it_is_gone_with_its_file(sams_desk: Client, acme: PartnerAccount) -> None:
    kept = tokens(press(sams_desk, acme, "post", **WORDS | {"at": "tomorrow"}, files=dot()))
    row = KeptFile.objects.get()
    forget_kept_files()
    assert row.file.storage.exists(str(row.file.name))
    KeptFile.objects.update(kept_at=timezone.now() - KEPT_FOR)
    told = press(sams_desk, acme, "post", **WORDS, confirmed="yes", **{"kept-files": kept})
    assert "choose it once more" in told.content.decode()
    forget_kept_files()
    assert not KeptFile.objects.exists() and not row.file.storage.exists(str(row.file.name))


def test_what_is_wrong_stands_beside_its_field(sams_desk: Client, acme: PartnerAccount) -> None:
    told = press(sams_desk, acme, "mute", person="not a handle!", reason="Floods", tab="people").content.decode()
    field = re.search(r'<input[^>]*name="person"[^>]*>', told)
    assert field and 'aria-invalid="true" aria-describedby="form-err"' in field[0] and 'id="form-err"' in told
