"""A mail to oneself, sent while one waits, to see whether mail arrives at all."""

import logging
import smtplib

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from tickets.errors import CannotChange

log = logging.getLogger(__name__)


def send_test_mail(person: User) -> str:
    """Returns the address it went to. Asks the mail server: call it outside of transactions. Raises CannotChange with
    what is wrong."""
    if not settings.MAIL_ON:
        raise CannotChange(_("This desk sends no mail: whoever runs it has not set a mail server."))
    if not person.email:
        raise CannotChange(_("Your account has no e-mail address. Ask an administrator to add one."))
    where = settings.PUBLIC_URL + reverse("notice_settings")
    words = _("Mail of this desk reaches you. What it tells you is set here: {where}").format(where=where)
    letter = EmailMessage(_("A test mail"), words, to=[person.email], headers={"Auto-Submitted": "auto-generated"})
    try:
        letter.send()
    except (smtplib.SMTPException, OSError, ImproperlyConfigured) as trouble:
        log.warning("A test mail to person %s did not go: %s", person.pk, type(trouble).__name__)
        raise CannotChange(_("The test mail did not go: {why}.").format(why=_why(trouble))) from None
    return person.email


def _why(trouble: Exception) -> str:
    """What the server said of the address; else only what sort of trouble it is, for the rest is the operator's."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused) and trouble.recipients:
        code, words = next(iter(trouble.recipients.values()))
        return f"{code} {words.decode(errors='replace')}".rstrip(".")
    return _("the mail server did not take it ({trouble})").format(trouble=type(trouble).__name__)
