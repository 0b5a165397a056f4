"""Files of direct messages: a GET signed for exactly that address, at X and nowhere else (x-api 5.6).

No redirect is followed: our signature is for nobody else, and an unsigned reader is sent to the sign-in page.
"""

from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from kapture.sealing import CannotOpen
from tickets.channels import FetchError
from twitter_integration.accounts import keys_of
from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import PartnerAccount

HOSTS = frozenset({"ton.twitter.com", "ton.x.com", "api.twitter.com", "api.x.com"})
_IN_MEMORY = 1024 * 1024
# Seconds for the whole file; a worker is not kept longer.
MOST_SECONDS = 40.0


def download(address_key: str, url: str, *, most: int) -> BinaryIO:
    """The file, in a temporary one. Raises FetchError."""
    account = PartnerAccount.objects.select_related("app").filter(page_id=address_key).first()
    if account is None or not account.enabled or not account.is_connected:
        raise FetchError(_("This X account is not connected."))
    if not is_of_x(url):
        raise FetchError(_("X named an address that is not X's; nothing is fetched from there."), permanent=True)
    place = urlsplit(url)
    into = cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115  (handed to the caller, who closes it)
    path = place.path + (f"?{place.query}" if place.query else "")
    try:
        with XClient(keys_of(account), base_url=f"{place.scheme}://{place.netloc}") as client:
            client.download(path, into=into, most=most, seconds=MOST_SECONDS)
    except XError as error:
        into.close()
        raise _fetch_error(error) from None
    except CannotOpen as error:
        into.close()
        raise FetchError(str(error)) from None
    into.seek(0)
    return into


def is_of_x(url: str) -> bool:
    """Whether a file may be asked for there, with our signature: X's hosts, or where calls to X go."""
    try:
        place, ours = urlsplit(url), urlsplit(settings.X_API_URL)
        if (place.scheme, place.netloc) == (ours.scheme, ours.netloc):
            return True
        return place.scheme == "https" and place.netloc in HOSTS
    except ValueError:
        return False


def _fetch_error(error: XError) -> FetchError:
    gone = error.kind in (ErrorKind.GONE, ErrorKind.REDIRECTED, ErrorKind.TOO_LONG)
    sentence = _("X does not give the file any more.") if error.kind == ErrorKind.GONE else error.sentence
    if error.kind == ErrorKind.TOO_LONG:
        sentence = _("The file is larger than this desk keeps.")
    if error.kind == ErrorKind.REDIRECTED:
        sentence = _("X sends whoever asks for the file elsewhere; it is not fetched.")
    return FetchError(sentence, permanent=gone, retry_after=error.retry_after)
