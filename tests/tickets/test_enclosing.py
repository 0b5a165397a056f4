"""Files that go with an answer: what each really is, and what its channel takes."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories import make_message, make_ticket
from tests.things import film, picture
from tests.tickets.pigeon import Pigeon, Wire
from tests.tickets.said import at
from tests.tickets.test_outbox import send_at
from tickets import replies
from tickets.choices import FileKind
from tickets.composing.drafts import Words, drop, of, write
from tickets.composing.enclosing import check, check_together, inspect
from tickets.composing.files import sweep
from tickets.composing.films import Film, read_film
from tickets.errors import CannotSend
from tickets.models import Draft, StoredFile, Ticket

POST = Pigeon().files(private=False)
ALL = replace(POST, types={**POST.types, "image/webp": 20_000})


@pytest.mark.parametrize(
    ("form", "kind", "content_type"),
    [
        ("PNG", FileKind.PHOTO, "image/png"),
        ("JPEG", FileKind.PHOTO, "image/jpeg"),
        ("WEBP", FileKind.PHOTO, "image/webp"),
        ("GIF", FileKind.ANIMATION, "image/gif"),
    ],
)
def test_a_picture_is_what_its_content_says(form: str, kind: str, content_type: str) -> None:
    facts = inspect(picture("report.pdf", form=form))
    assert facts and (facts.kind, facts.content_type, facts.width, facts.height) == (kind, content_type, 32, 20)


@pytest.mark.parametrize(("brand", "content_type"), [(b"isom", "video/mp4"), (b"qt  ", "video/quicktime")])
def test_a_film_tells_its_length_and_size(brand: bytes, content_type: str) -> None:
    facts = inspect(film("van.png", seconds=2.5, brand=brand, padding=100_000))
    assert facts and (facts.kind, facts.content_type, facts.seconds) == (FileKind.VIDEO, content_type, 2.5)
    assert (facts.width, facts.height) == (640, 360)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n", b"<svg xmlns='x'/>", b"GIF89a", b"MZ" * 80]
)
def test_anything_else_is_refused_by_its_name(content: bytes) -> None:
    with pytest.raises(CannotSend, match="is not a picture"):
        check(SimpleUploadedFile("van.png", content), POST)


def drawn(form: str, **how: Any) -> bytes:
    """A picture with something to see in it; a GIF of three."""
    picture = Image.effect_noise((64, 48), 60).convert("RGB")
    more = {"save_all": True, "append_images": [picture.rotate(90), picture.rotate(180)]} if form == "GIF" else {}
    file = BytesIO()
    picture.save(file, format=form, **more, **how)
    return file.getvalue()


@pytest.mark.parametrize(
    "how", [{"form": "PNG"}, {"form": "JPEG"}, {"form": "JPEG", "progressive": True}, {"form": "GIF"}, {"form": "WEBP"}]
)
def test_a_picture_that_was_cut_is_refused_wherever_it_was_cut(how: dict[str, Any]) -> None:
    whole = drawn(**how)
    assert check(SimpleUploadedFile("van", whole), ALL).width == 64
    for share in (0.3, 0.5, 0.8, 0.97):
        with pytest.raises(CannotSend, match="“van” is not"):
            check(SimpleUploadedFile("van", whole[: int(len(whole) * share)]), ALL)


def test_what_follows_a_picture_in_its_file_and_a_gif_without_its_last_mark_are_no_matter() -> None:
    for content in (drawn("JPEG") + b"more", drawn("GIF")[:-1], drawn("WEBP") + b"more"):
        assert check(SimpleUploadedFile("van", content), ALL).height == 48


def test_a_thumbnail_that_is_whole_makes_no_whole_picture() -> None:
    whole = drawn("JPEG", comment=drawn("JPEG"))
    assert whole.count(b"\xff\xd9") > 1
    with pytest.raises(CannotSend, match="ends in the middle"):
        check(SimpleUploadedFile("van", whole[:-40]), ALL)


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif", b"avis", b"M4A ", b"M4B ", b"crx "])
def test_pictures_and_songs_built_like_films_are_none(brand: bytes) -> None:
    with pytest.raises(CannotSend, match=r"“photo.heic” is not a picture .* or film \(MP4, MOV\)"):
        check(film("photo.heic", brand=brand), POST)


def test_a_film_has_pictures_that_move_and_tells_how_long() -> None:
    for given in (film(track=b"soun"), SimpleUploadedFile("van.mp4", film().read()[:20])):
        with pytest.raises(CannotSend, match="is not a picture"):
            check(given, POST)
    with pytest.raises(CannotSend, match="does not tell how long it is"):
        check(film(seconds=0), POST)


@pytest.mark.parametrize("head", [b"\0\0\0\0mvhd", b"\0\0\0\1moov" + b"\xff" * 8, b"\0\0\0\x10moov\0\0\xff\xffmvhd"])
def test_a_film_that_lies_about_itself_tells_nothing(head: bytes) -> None:
    assert read_film(BytesIO(head), size=len(head)) == Film()


def test_what_is_too_large_too_short_or_too_long_is_refused_with_the_measure() -> None:
    with pytest.raises(CannotSend, match=r"too large: 48.*where 19.5"):
        check(SimpleUploadedFile("big.png", picture().read() + b"\0" * 50_000), POST)
    for seconds in (0.3, 141):
        with pytest.raises(CannotSend, match=r"films of 0.5 to 140 s"):
            check(film(seconds=seconds), POST)


def test_films_and_animations_go_alone_and_pictures_up_to_the_limit() -> None:
    check_together(["photo"] * 4, POST)
    for kinds, words in ((["photo"] * 5, "4 pictures"), (["photo", "video"], "alone"), (["animation"] * 2, "alone")):
        with pytest.raises(CannotSend, match=words):
            check_together(kinds, POST)


@pytest.fixture
def ticket(acme: object, wire: Wire) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


def enclose(ticket: Ticket, alice: User, *files: "File[bytes]", mode: str = "public", text: str = "See here.") -> Draft:
    draft = write(alice, ticket, mode, Words(text=text), files=files, now=at(1))
    assert draft is not None
    return draft


@pytest.mark.django_db
def test_files_are_kept_under_names_nobody_can_guess(ticket: Ticket, alice: User) -> None:
    stored = enclose(ticket, alice, picture("../../etc/van.png")).files.get()
    assert stored.name == "van.png" and "van" not in str(stored.file.name)
    assert str(stored.file.name).startswith("files/") and len(str(stored.file.name)) > 40


@pytest.mark.django_db
def test_an_answer_takes_its_files_and_descriptions_along(ticket: Ticket, alice: User, wire: Wire) -> None:
    stored = enclose(ticket, alice, picture()).files.get()
    write(alice, ticket, "public", Words(text="See here.", descriptions={stored.pk: "The van"}), now=at(1))
    draft = of(alice, ticket, "public")
    assert draft is not None
    replies.reply(ticket, text="See here.", private=False, by=alice, now=at(1), files=list(draft.files.all()))
    send_at(at(2))
    (sent,) = wire.sent[0].files
    with sent.open() as content:
        assert content.read(4) == b"\x89PNG"
    assert (sent.name, sent.kind, sent.alt_text) == ("van.png", "photo", "The van")


@pytest.mark.django_db
def test_a_picture_needs_no_words_and_a_private_message_takes_one(ticket: Ticket, alice: User) -> None:
    files = list(enclose(ticket, alice, picture(), picture()).files.all())
    with pytest.raises(CannotSend, match="one file"):
        replies.reply(ticket, text="", private=True, by=alice, now=at(1), files=files)
    message = replies.reply(ticket, text="", private=True, by=alice, now=at(1), files=files[:1])
    assert message.media.count() == 1


@pytest.mark.django_db
def test_a_description_that_is_too_long_is_refused(ticket: Ticket, alice: User) -> None:
    enclose(ticket, alice, picture())
    StoredFile.objects.update(alt_text="x" * 101)
    with pytest.raises(CannotSend, match="100 characters"):
        replies.reply(ticket, text="", private=False, by=alice, now=at(1), files=list(StoredFile.objects.all()))


@pytest.mark.django_db
def test_undo_gives_the_files_back(ticket: Ticket, alice: User) -> None:
    files = list(enclose(ticket, alice, picture()).files.all())
    message = replies.reply(ticket, text="See here.", private=False, by=alice, now=at(1), files=files)
    drop(alice, ticket, "public")
    replies.undo(message, by=alice, now=at(1))
    draft = of(alice, ticket, "public")
    assert draft and (draft.text, draft.files.count(), sweep()) == ("See here.", 1, 0)


@pytest.mark.django_db
def test_what_belongs_to_nobody_is_removed_with_its_file(ticket: Ticket, alice: User) -> None:
    stored = enclose(ticket, alice, picture()).files.get()
    assert sweep() == 0 and default_storage.exists(str(stored.file.name))
    drop(alice, ticket, "public")
    assert (sweep(), default_storage.exists(str(stored.file.name)), StoredFile.objects.count()) == (1, False, 0)
