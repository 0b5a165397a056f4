"""Files to X before the message that carries them: in pieces, described, asked for until X has worked on them.

How far each one is stands in a row, so that a sender may stop at any point and another go on. Nothing here waits: while
X works, and when a large file takes long, the message goes back into the queue (SendError with a moment).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.choices import FileKind
from tickets.outbound import FileLimits, OutboundFile, OutboundMessage, SendError
from twitter_integration.accounts import keys_of
from twitter_integration.choices import UploadStage
from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import MediaUpload, PartnerAccount
from twitter_integration.offers import Dialect
from twitter_integration.outgoing.media_dialects import CurrentMedia, LegacyMedia, MediaDialect, Told
from twitter_integration.tiers import dialects

_MB = 1024 * 1024
_PICTURES = {"image/jpeg": 5 * _MB, "image/png": 5 * _MB, "image/webp": 5 * _MB, "image/gif": 15 * _MB}
_FILMS = {"video/mp4": 512 * _MB, "video/quicktime": 512 * _MB}
# docs.x.com, "Media best practices", as of 31 Aug 2026.
POST_FILES = FileLimits(types=_PICTURES | _FILMS, together=4, shortest=0.5, longest=140, alt_text=1000)
MESSAGE_FILES = FileLimits(types=_PICTURES | _FILMS, together=1, shortest=0.5, longest=140, alt_text=1000)

PIECE = 4 * _MB
# A sender is not kept longer by one message's files.
MOST_SECONDS = 15.0
# An id X forgets sooner than this is not used any more.
MARGIN = timedelta(minutes=5)
_KINDS = {FileKind.PHOTO: "image", FileKind.ANIMATION: "gif", FileKind.VIDEO: "video"}
# What is not the file's fault: it stops the account, waits, or is tried again like any call.
_OF_THE_ACCOUNT = frozenset({ErrorKind.DEAD_TOKEN, ErrorKind.WRONG_KEYS, ErrorKind.CREDITS, ErrorKind.LOCKED})


def media_ids(client: XClient, account: PartnerAccount, message: OutboundMessage) -> list[str]:
    """X's ids of the message's files, ready to be attached. Raises SendError (also to say: come again), XError."""
    stop_at = time.monotonic() + MOST_SECONDS
    return [_media_id(client, account, message, file, stop_at) for file in message.files]


def forget(account: PartnerAccount, message: OutboundMessage) -> None:
    """X would not take the ids: the next try uploads anew."""
    MediaUpload.objects.filter(account=account, key__in=[file.key for file in message.files]).delete()


def _media_id(
    client: XClient, account: PartnerAccount, message: OutboundMessage, file: OutboundFile, stop_at: float
) -> str:
    category = f"{'dm' if message.private else 'tweet'}_{_KINDS[FileKind(file.kind)]}"
    row = MediaUpload.objects.filter(account=account, key=file.key, category=category).first()
    if row is not None and row.expires_at - MARGIN < timezone.now():
        row.delete()
        row = None
    ways = [Dialect(row.dialect)] if row else dialects("media.upload", account.app.tier, changes=account.app.offers)
    for way in ways or [Dialect.V2]:
        try:
            with _speaking(way, client, account) as dialect:
                row = row or _begin(dialect, way, account, file, category)
                return _bring_on(dialect, row, file, stop_at)
        except XError as error:
            if error.kind == ErrorKind.NO_ACCESS and row is None and way != ways[-1]:
                continue
            raise _read_error(error, row, file) from None
    raise AssertionError("the last way returns or raises")


@contextmanager
def _speaking(way: Dialect, client: XClient, account: PartnerAccount) -> Iterator[MediaDialect]:
    """The dialect, on the host it lives on."""
    if way == Dialect.V2:
        yield CurrentMedia(client)
    else:
        with XClient(keys_of(account), base_url=settings.X_UPLOAD_URL) as guest:
            yield LegacyMedia(guest)


def _begin(
    dialect: MediaDialect, way: Dialect, account: PartnerAccount, file: OutboundFile, category: str
) -> MediaUpload:
    told, now = dialect.begin(content_type=file.content_type, size=file.size, category=category), timezone.now()
    return MediaUpload.objects.create(
        account=account,
        key=file.key,
        category=category,
        dialect=way,
        media_id=told.media_id,
        begun_at=now,
        expires_at=now + timedelta(seconds=told.lives),
    )


def _bring_on(dialect: MediaDialect, row: MediaUpload, file: OutboundFile, stop_at: float) -> str:
    """From wherever it stands to ready."""
    if row.stage == UploadStage.BEGUN:
        _hand_over(dialect, row, file, stop_at)
        _note(row, dialect.finish(row.media_id), file)
    if file.alt_text and not row.described and file.kind != FileKind.VIDEO:
        dialect.describe(row.media_id, file.alt_text)
        row.described = True
        row.save(update_fields=["described"])
    if row.stage == UploadStage.WORKING:
        _come_again_later(row)
        _note(row, dialect.ask(row.media_id), file)
        _come_again_later(row)
    return row.media_id


def _hand_over(dialect: MediaDialect, row: MediaUpload, file: OutboundFile, stop_at: float) -> None:
    with file.open() as content:
        content.seek(row.pieces * PIECE)
        while piece := content.read(PIECE):
            if time.monotonic() > stop_at:
                raise _again(_("A large file is on its way to X."), 1.0, "uploading")
            dialect.append(row.media_id, number=row.pieces, piece=piece)
            row.pieces += 1
            row.save(update_fields=["pieces"])


def _note(row: MediaUpload, told: Told, file: OutboundFile) -> None:
    if told.failure:
        row.delete()
        raise SendError(
            _("X could not use “%(name)s”: %(why)s.") % {"name": file.name, "why": told.failure.rstrip(".")},
            code="media_failed",
            permanent=True,
            unheard=True,
        )
    now = timezone.now()
    row.stage = UploadStage.READY if told.check_after is None else UploadStage.WORKING
    row.check_at = None if told.check_after is None else now + timedelta(seconds=told.check_after)
    row.expires_at = now + timedelta(seconds=told.lives)
    row.save(update_fields=["stage", "check_at", "expires_at"])


def _come_again_later(row: MediaUpload) -> None:
    left = (row.check_at - timezone.now()).total_seconds() if row.check_at else 0.0
    if row.stage == UploadStage.WORKING and left > 0:
        raise _again(_("X is working on the film or picture."), left, "processing")


def _again(sentence: str, seconds: float, code: str) -> SendError:
    return SendError(sentence, code=code, retry_after=seconds, unheard=True)


def _read_error(error: XError, row: MediaUpload | None, file: OutboundFile) -> Exception:
    """The message itself was never sent, so nothing of it is in doubt; a doubtful upload is begun anew."""
    if error.kind in _OF_THE_ACCOUNT:
        return error
    if error.kind == ErrorKind.RATE:
        return _again(_("X's limit for uploads is reached for now."), error.retry_after or 900.0, error.code)
    if row is not None:
        row.delete()
    if error.permanent and error.kind not in (ErrorKind.GONE, ErrorKind.ALREADY):
        sentence = _("X did not take “%(name)s”. %(why)s") % {"name": file.name, "why": error.sentence}
        return SendError(sentence, code=error.code, permanent=True, unheard=True)
    return SendError(error.sentence, code=error.code, unheard=True)


def drop_expired(*, now: datetime) -> None:
    """Forget ids that X has forgotten."""
    MediaUpload.objects.filter(expires_at__lt=now).delete()
