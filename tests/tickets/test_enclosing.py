"""Files that go with an answer: what each really is, and what its channel takes."""

from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import make_message, make_ticket
from tests.things import film, picture
from tests.tickets.pigeon import Pigeon, Wire
from tests.tickets.said import at
from tests.tickets.test_outbox import send_at
from tickets import replies
from tickets.choices import FileKind
from tickets.drafts import Words, drop, of, write
from tickets.enclosing import check, check_together, inspect
from tickets.errors import CannotSend
from tickets.files import sweep
from tickets.films import Film, read_film
from tickets.models import Draft, StoredFile, Ticket

POST = Pigeon().files(private=False)


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
