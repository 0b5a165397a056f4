"""What stands at our own webhook address, asked from here as X asks: it tells apart what X has one word for.

The address is the desk's own (PUBLIC_URL); nothing else is ever asked. Not here: what X says of it.
"""

import secrets
from urllib.parse import urlencode, urlsplit

import requests
from django.utils.translation import gettext as _

from twitter_integration.models import XApp
from twitter_integration.signing import challenge_answer

TIMEOUT = 5.0  # seconds; X waits no longer than ten
_MOST = 10_000


def look_at_ourselves(url: str, app: XApp) -> str:
    """What a challenge from here meets, as a sentence with what mends it. Raises CannotOpen."""
    token = secrets.token_urlsafe(24)
    wanted = challenge_answer(token, secret=str(app.consumer_secret))
    query = urlencode({"crc_token": token, "nonce": secrets.token_urlsafe(12)})
    host = urlsplit(url).hostname or url
    try:
        with requests.Session() as session:
            session.trust_env = False  # X takes no proxy of ours
            answer = session.get(f"{url}?{query}", timeout=TIMEOUT, allow_redirects=False, stream=True)
            body = answer.raw.read(_MOST, decode_content=True)
    except requests.exceptions.SSLError:
        return _(
            "From here the certificate of %(host)s is not accepted: it has run out, is for another name, or its chain"
            " is not complete. Let the proxy serve the whole chain."
        ) % {"host": host}
    except requests.Timeout:
        return _(
            "From here %(host)s does not answer within 5 seconds. Is the web process up, and the proxy let to it?"
        ) % {"host": host}
    except (requests.RequestException, OSError):
        return _(
            "From here, too, nothing answers at %(host)s. Check that its name leads to this machine, that the proxy and"
            " the web process run, and that the firewall lets https in."
        ) % {"host": host}
    return _read(answer, body, wanted=wanted, host=host)


def _read(answer: requests.Response, body: bytes, *, wanted: str, host: str) -> str:
    if 300 <= answer.status_code < 400:
        return _(
            "From here %(host)s answers with a redirect, which X never follows. PUBLIC_URL has to be the address it"
            " leads to, letter by letter."
        ) % {"host": host}
    if answer.status_code != 200:
        return _(
            "From here %(host)s answers %(status)s: something else than this desk, or the proxy does not pass"
            " /webhooks/ on. No sign-in may stand in front of it."
        ) % {"host": host, "status": answer.status_code}
    if wanted.encode() not in body:
        return _(
            "From here %(host)s answers, but not with this app's secret: another desk answers there, or the web process"
            " still has an older secret. Check PUBLIC_URL, then save the keys in step 1 once more."
        ) % {"host": host}
    return _(
        "From here %(host)s answers well. So X cannot come through from outside: look at the firewall, at rules by"
        " country or network, and whether the name is known outside."
    ) % {"host": host}
