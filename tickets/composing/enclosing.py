"""Files that go out with a message: what each really is, whether its channel takes it, where it is kept.

What a file is its content says, never its name or what a browser claims.
"""

import struct
import warnings
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import blake2b
from typing import Any, BinaryIO, cast

from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from PIL import Image

from tickets.channels import channel_named
from tickets.choices import FileKind
from tickets.composing.films import is_film, read_film
from tickets.composing.pictures import is_whole
from tickets.errors import CannotSend, LeftOut
from tickets.models import Address, Draft, Media, Message, StoredFile
from tickets.outbound import FileLimits, OutboundFile

_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
# More is no picture but an attack on whoever decodes it.
_MOST_PIXELS = 200_000_000
GONE = gettext_noop(
    "What was attached here went out with another answer, or was taken out. Look at it, then send it again."
)
UNSEEN = gettext_noop(
    "There is a picture or film with this now that you had not seen: it was added in another window. "
    "Look at it, take it out if it shall not go, then send it again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a file is."""

    kind: FileKind
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


def inspect(file: "File[Any]") -> Facts | None:
    """Look into the file; None for what is neither a picture nor a film we know."""
    size = int(file.size or 0)
    file.seek(0)
    head = file.read(16)
    return _inspect_film(file, head, size) if is_film(head) else _inspect_picture(file, size)


def _inspect_film(file: "File[Any]", head: bytes, size: int) -> Facts | None:
    file.seek(0)
    film = read_film(cast(BinaryIO, file), size=size)
    if not film.shown:
        return None
    return Facts(
        kind=FileKind.VIDEO,
        content_type="video/quicktime" if head[8:12] == b"qt  " else "video/mp4",
        size=size,
        width=film.width,
        height=film.height,
        seconds=film.seconds,
    )


def _inspect_picture(file: "File[Any]", size: int) -> Facts | None:
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(file, formats=list(_PICTURES))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    width, height = picture.size
    if width * height > _MOST_PIXELS:
        return None
    content_type = _PICTURES[str(picture.format)]
    kind = FileKind.ANIMATION if content_type == "image/gif" else FileKind.PHOTO
    return Facts(kind=kind, content_type=content_type, size=size, width=width, height=height)


def _is_whole(file: "File[Any]", facts: Facts) -> bool:
    """Looked at only once it is small enough; nothing is decoded."""
    if facts.content_type != "image/png":
        return is_whole(cast(BinaryIO, file), facts.content_type, size=facts.size)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            Image.open(file, formats=["PNG"]).verify()
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError):
        return False
    return True


def check(file: "File[Any]", limits: FileLimits) -> Facts:
    """Raises CannotSend when the channel would not take this file."""
    facts, name = inspect(file), short_name(file)
    if facts is None or facts.content_type not in limits.types:
        raise CannotSend(
            _("“%(name)s” is not a picture (JPEG, PNG, WebP, GIF) or film (MP4, MOV) that can be sent.")
            % {"name": name}
        )
    most = limits.types[facts.content_type]
    if facts.size > most:
        raise CannotSend(
            _("“%(name)s” is too large: %(size)s, where %(most)s may be.")
            % {"name": name, "size": filesizeformat(facts.size), "most": filesizeformat(most)}
        )
    if not _is_whole(file, facts):
        raise CannotSend(
            _("“%(name)s” is not all there: it ends in the middle. Save it once more, then choose it again.")
            % {"name": name}
        )
    if facts.kind == FileKind.VIDEO and facts.seconds is None:
        raise CannotSend(
            _("“%(name)s” does not tell how long it is: save it once more as MP4 or MOV.") % {"name": name}
        )
    if facts.seconds is not None and not limits.shortest <= facts.seconds <= limits.longest:
        raise CannotSend(
            _("“%(name)s” lasts %(seconds)s s; films of %(shortest)s to %(longest)s s are taken.")
            % {
                "name": name,
                "seconds": f"{facts.seconds:.1f}",
                "shortest": f"{limits.shortest:g}",
                "longest": f"{limits.longest:g}",
            }
        )
    return facts


def check_together(kinds: Iterable[str], limits: FileLimits) -> None:
    """Raises CannotSend when one message cannot hold all of these."""
    given = list(kinds)
    alone = [kind for kind in given if kind != FileKind.PHOTO]
    if alone and len(given) > 1:
        raise CannotSend(_("A film or an animation goes alone, without other files."))
    if len(given) > limits.together:
        only = _("{n} pictures").format(n=limits.together) if limits.together > 1 else _("one file")
        raise CannotSend(_("No more than %(only)s can go with one message.") % {"only": only})


def choose_fitting(
    held: Sequence[str], files: Sequence["File[Any]"], limits: FileLimits | None
) -> tuple[list[tuple["File[Any]", Facts]], CannotSend | None]:
    """Of files that were chosen those that can go beside the kinds that are held already, in their order, and why the
    others cannot, by name. No limits: words only."""
    fitting: list[tuple[File[Any], Facts]] = []
    refused: dict[str, CannotSend] = {}
    for file in files:
        try:
            if limits is None:
                raise CannotSend(_("A note holds words only. Files go with answers."))
            facts = check(file, limits)
            check_together([*held, *(one.kind for _, one in fitting), facts.kind], limits)
        except CannotSend as refusal:
            refused[short_name(file)] = refusal
        else:
            fitting.append((file, facts))
    if not refused:
        return fitting, None
    why = " ".join(dict.fromkeys(map(str, refused.values())))
    out = ", ".join(f"“{name}”" for name in refused)
    return fitting, LeftOut(_("{why} Left out: {out}.").format(why=why, out=out) if fitting or held else why)


def tell_apart(
    held: Iterable[StoredFile], shown: Collection[int], brought: Iterable["File[Any]"]
) -> tuple[list[StoredFile], list["File[Any]"]]:
    """Of what a draft holds what the composer that hands it in knows nothing of, and of the files it brings along those
    that are not held yet. One that came and comes again, for nobody heard what became of it, is the same file."""
    unseen, new = [stored for stored in held if stored.pk not in shown], []
    for file in brought:
        digest = _digest(file)
        same = next((stored for stored in unseen if stored.digest == digest), None)
        if same is None:
            new.append(file)
        else:
            unseen.remove(same)
    return unseen, new


def check_files(address: Address, files: Sequence[StoredFile], *, private: bool) -> None:
    """What was kept is looked at once more when it is sent: another way to answer takes other files."""
    if not files:
        return
    limits = channel_named(address.channel).files(private=private)
    check_together([stored.kind for stored in files], limits)
    for stored in files:
        if stored.content_type not in limits.types or stored.size > limits.types[stored.content_type]:
            raise CannotSend(_("“%(name)s” cannot be sent this way.") % {"name": stored.name})
        if len(stored.alt_text) > limits.alt_text:
            raise CannotSend(
                _("The description of “%(name)s” may have %(alt_text)s characters.")
                % {"name": stored.name, "alt_text": limits.alt_text}
            )


def short_name(file: "File[Any]") -> str:
    """The file's own name, for people."""
    name = str(file.name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable())[:120] or "file"


def keep(
    file: "File[Any]", facts: Facts, *, now: datetime, draft: Draft | None = None, alt_text: str = ""
) -> StoredFile:
    """Put a file that was checked into storage. Belongs to a draft, or must be attached in the same transaction."""
    stored = StoredFile(
        name=short_name(file),
        kind=facts.kind,
        content_type=facts.content_type,
        size=facts.size,
        width=facts.width,
        height=facts.height,
        seconds=facts.seconds,
        draft=draft,
        alt_text=alt_text,
        digest=_digest(file),
        created_at=now,
    )
    file.seek(0)
    stored.file.save("", file, save=False)
    try:
        stored.save(force_insert=True)
    except BaseException:
        stored.file.delete(save=False)
        raise
    return stored


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file somebody hands over with a text, as it came, and its description."""

    file: "File[Any]"
    alt_text: str = ""


def enclose(*, name: str, content: bytes, alt_text: str = "") -> Enclosure:
    """A file that came as its bytes."""
    return Enclosure(ContentFile(content, name=name), alt_text)


def _digest(file: "File[Any]") -> str:
    told = blake2b(digest_size=16)
    for piece in file.chunks():
        told.update(piece)
    return told.hexdigest()


def digests(given: Iterable[StoredFile | Enclosure]) -> list[str]:
    """By which the same files are known again, in whatever order they come."""
    return sorted(one.digest if isinstance(one, StoredFile) else _digest(one.file) for one in given)


def keep_all(
    given: Sequence[StoredFile | Enclosure], address: Address, *, private: bool, now: datetime
) -> list[StoredFile]:
    """Check and store what was handed over; what is stored already stays as it is. Raises CannotSend.

    To be called in the transaction that attaches them.
    """
    limits = channel_named(address.channel).files(private=private)
    looked_at = [(one, check(one.file, limits) if isinstance(one, Enclosure) else None) for one in given]
    stored = [
        keep(one.file, fact, now=now, alt_text=one.alt_text) if isinstance(one, Enclosure) and fact else one
        for one, fact in looked_at
    ]
    kept = [one for one in stored if isinstance(one, StoredFile)]
    check_files(address, kept, private=private)
    return kept


def discard(stored: Iterable[StoredFile]) -> None:
    """What was put into storage in a transaction that will not hold: with the rows goes whoever would remove it."""
    for one in stored:
        one.file.delete(save=False)


def attach(message: Message, files: Sequence[StoredFile]) -> None:
    """From now on these are the message's media. Raises CannotSend when one was sent, or taken out, meanwhile."""
    for stored in files:
        media = Media.objects.create(
            message=message,
            kind=stored.kind,
            alt_text=stored.alt_text,
            width=stored.width,
            height=stored.height,
        )
        still = StoredFile.objects.filter(pk=stored.pk, media=None, draft=stored.draft_id)
        if not still.update(media=media, draft=None):
            raise CannotSend(_(GONE))


def _open(stored: StoredFile) -> BinaryIO:
    return cast(BinaryIO, stored.file.storage.open(str(stored.file.name)))


def outbound_files(messages: Iterable[int]) -> dict[int, list[OutboundFile]]:
    """By message, its files as its channel is given them. One statement."""
    found: dict[int, list[OutboundFile]] = {}
    stored = StoredFile.objects.filter(media__message__in=messages).select_related("media").order_by("media__pk")
    for one in stored:
        assert one.media is not None
        file = OutboundFile(
            key=str(one.pk),
            name=one.name,
            kind=one.kind,
            content_type=one.content_type,
            size=one.size,
            alt_text=one.media.alt_text,
            open=partial(_open, one),
        )
        found.setdefault(one.media.message_id, []).append(file)
    return found
