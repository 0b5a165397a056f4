"""How mail leaves, from what the environment says."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kapture.mail import SMTP, Mail, configuration


def of(url: str = "", **parts: str) -> Mail:
    told: dict[str, str] = {"host": "", "user": "", "password": "", "security": "starttls"} | parts
    return configuration(url, port=0, **told)


def test_nothing_said_means_no_mail() -> None:
    assert not of().on and "dummy" in of().backend


def test_one_address_says_everything() -> None:
    assert of("smtp+tls://kapture:p%40ss@mail.example:587") == Mail(
        True, SMTP, "mail.example", 587, "kapture", "p@ss", starttls=True
    )
    assert of("smtp+ssl://mail.example:465").tls


def test_mails_may_go_into_a_folder() -> None:
    assert of("filemail:///var/mail/kapture").folder == "/var/mail/kapture"


def test_or_into_the_output_of_the_worker() -> None:
    told = of("consolemail://")
    assert told.on and told.backend.endswith("console.EmailBackend") and told.folder is None


def test_so_do_its_parts() -> None:
    assert of(host="mail.example", user="k", password="p") == Mail(
        True, SMTP, "mail.example", 587, "k", "p", starttls=True
    )
    assert of(host="mail.example", security="none").port == 25


def test_what_cannot_be_read_is_refused_without_its_password() -> None:
    for url in ("pigeon://kapture:hush@mail.example", "smtp://:25"):
        with pytest.raises(ImproperlyConfigured) as refusal:
            of(url)
        assert "hush" not in str(refusal.value)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_SECURITY"):
        of(host="mail.example", security="maybe")
