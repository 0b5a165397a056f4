"""How mail leaves, from what the environment says: one address for everything, or its parts. Nothing said: no mail."""

from dataclasses import dataclass

import environ
from django.core.exceptions import ImproperlyConfigured

DUMMY = "django.core.mail.backends.dummy.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Mail:
    """Django's own settings of mail. `on`: there is a way to send at all."""

    on: bool = False
    backend: str = DUMMY
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    folder: str | None = None  # of the backend that writes mails into files


def configuration(url: str, *, host: str, port: int, user: str, password: str, security: str) -> Mail:
    """`url` as smtp+tls://user:password@host:587 (STARTTLS), smtp+ssl:// or smtp://; without one, the parts. Raises
    ImproperlyConfigured, which names no secret."""
    if url:
        return _of_url(url)
    if not host:
        return Mail()
    if security not in PORTS:
        raise ImproperlyConfigured(f"EMAIL_SECURITY is one of {', '.join(PORTS)}, not {security!r}.")
    starttls, tls = security == "starttls", security == "tls"
    return Mail(True, SMTP, host, port or PORTS[security], user, password, starttls=starttls, tls=tls)


def _of_url(url: str) -> Mail:
    try:
        told = environ.Env.email_url_config(url)
    except Exception:
        raise ImproperlyConfigured("EMAIL_URL cannot be read: smtp+tls://user:password@host:587") from None
    if told["EMAIL_BACKEND"] == SMTP and not told["EMAIL_HOST"]:
        raise ImproperlyConfigured("EMAIL_URL names no host: smtp+tls://user:password@host:587")
    return Mail(
        told["EMAIL_BACKEND"] != DUMMY,
        told["EMAIL_BACKEND"],
        told["EMAIL_HOST"] or "localhost",
        told["EMAIL_PORT"] or PORTS["none"],
        told["EMAIL_HOST_USER"] or "",
        told["EMAIL_HOST_PASSWORD"] or "",
        starttls=bool(told.get("EMAIL_USE_TLS")),
        tls=bool(told.get("EMAIL_USE_SSL")),
        folder=f"/{told['EMAIL_FILE_PATH'].lstrip('/')}" if told.get("EMAIL_FILE_PATH") else None,
    )
