"""What people type for a post, a person, a list, a number, brought into the form X wants. Asks nobody.

A person may be named by handle; who that is on X is found in people_named.py.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.posting import Enclosure, shown
from twitter_integration.console.action import Action, Field, Kind

_ID = re.compile(r"[1-9][0-9]{0,19}")
_STATUS = re.compile(r"(?:https?://)?[^\s/]+/(?:[A-Za-z0-9_]+|i/web|i)/status(?:es)?/([0-9]+)(?:[/?#].*)?")
_LISTED = re.compile(r"(?:https?://)?[^\s/]+/i/lists/([0-9]+)(?:[/?#].*)?")
_PROFILE = re.compile(r"(?:https?://)?[^\s/]+/@?([A-Za-z0-9_]{1,50})/?(?:[?#].*)?")
_HANDLE = re.compile(r"@?([A-Za-z0-9_]{1,50})")
_WEB = re.compile(r"(?:https?://)?[^\s/:@?#]+\.[^\s/:@?#]+(?::[0-9]{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)


class BadInput(Exception):
    """What was given does not fit; the text says what is wrong and what would be right. `field`: the name of it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence
        self.code = "input"


def clean(action: Action, values: Mapping[str, Any]) -> dict[str, Any]:
    """The action's fields, each in its form; what is empty and not required is left out. Raises BadInput."""
    cleaned: dict[str, Any] = {}
    known = {field.name: field for field in action.fields}
    for name in values:
        if name not in known and values[name] not in (None, ""):
            raise BadInput(name, _("“%(action)s” takes no %(name)s.") % {"action": action.words, "name": name})
    for field in action.fields:
        value = values.get(field.name)
        if isinstance(value, str):
            value = shown(value.replace("\r\n", "\n").strip())
        if value is None or value == "":
            if field.empties and value == "":
                cleaned[field.name] = ""
            elif field.required:
                raise BadInput(field.name, _("Missing: %(what)s.") % {"what": field.words.lower()})
            continue
        cleaned[field.name] = _CLEANERS[field.kind](field, value)
    return cleaned


def clean_field(action: Action, name: str, value: str) -> Any:
    """One field of an action in its form. Raises BadInput."""
    field = next(field for field in action.fields if field.name == name)
    return _CLEANERS[field.kind](field, shown(value.strip()))


def _post(field: Field, value: Any) -> str:
    return _number_in(field, str(value), _STATUS, _("X's id of the post, or its address"))


def _list(field: Field, value: Any) -> str:
    return _number_in(field, str(value), _LISTED, _("X's id of the list, or its address"))


def _message(field: Field, value: Any) -> str:
    return _number_in(field, str(value), _ID, _("X's id of the message"))


def _number_in(field: Field, value: str, address: re.Pattern[str], wanted: str) -> str:
    found = address.fullmatch(value)
    number = found[1] if found and found.groups() else value
    if not _ID.fullmatch(number):
        raise BadInput(field.name, _("%(wanted)s is wanted, not “%(value)s”.") % _told(wanted, value))
    return number


def _person(field: Field, value: Any) -> str:
    """An id, or a handle as `@handle`: a handle may consist of digits, so the sign is put before every one."""
    text = str(value)
    if _ID.fullmatch(text):
        return text
    found = _HANDLE.fullmatch(text) or _PROFILE.fullmatch(text)
    if found is None:
        wanted = _("A handle, X's id of the person, or the address of their page")
        raise BadInput(field.name, _("%(wanted)s is wanted, not “%(value)s”.") % _told(wanted, text))
    return f"@{found[1]}"


def _text(field: Field, value: Any) -> str:
    text = str(value)
    if "\x00" in text:
        raise BadInput(field.name, _("%(what)s holds a character that X cannot take.") % {"what": field.words})
    if field.most and len(text) > field.most:
        told = {"what": field.words, "most": field.most, "length": len(text)}
        raise BadInput(field.name, _("%(what)s may have %(most)s characters, not %(length)s.") % told)
    if field.web and not _WEB.fullmatch(text):
        told = {"what": field.words, "value": text[:60]}
        raise BadInput(field.name, _("%(what)s is an address, as https://example.com; not “%(value)s”.") % told)
    return text


def _choice(field: Field, value: Any) -> str:
    text = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else str(value)
    if text not in field.choices:
        told = {"what": field.words, "choices": ", ".join(field.choices), "value": str(text)[:60]}
        raise BadInput(field.name, _("%(what)s is one of: %(choices)s; not “%(value)s”.") % told)
    return str(text)


def _number(field: Field, value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and 0 <= int(text[:9]) <= field.most and len(text) < 9):
        told = {"what": field.words, "most": field.most, "value": text[:60]}
        raise BadInput(field.name, _("%(what)s is a number up to %(most)s, not “%(value)s”.") % told)
    return int(text)


def _picture(field: Field, value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise BadInput(field.name, _("%(what)s is a file.") % {"what": field.words})
    _check_size(field, value)
    if not value.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        raise BadInput(field.name, _("%(what)s must be a JPEG, PNG or GIF.") % {"what": field.words})
    return value


def _file(field: Field, value: Any) -> bytes:
    content = value.encode(errors="surrogatepass") if isinstance(value, str) else value  # whoever reads it refuses them
    if not isinstance(content, bytes):
        raise BadInput(field.name, _("%(what)s is a file.") % {"what": field.words})
    _check_size(field, content)
    return content


def _files(field: Field, value: Any) -> list[Enclosure]:
    """What each is, and whether X takes it, is looked at where they are kept."""
    given = value if isinstance(value, list) else [value]
    if not all(isinstance(one, Enclosure) for one in given):
        raise BadInput(field.name, _("%(what)s are files.") % {"what": field.words})
    if len(given) > field.most:
        told = {"what": field.words, "most": field.most, "number": len(given)}
        raise BadInput(field.name, _("%(what)s: at most %(most)s, not %(number)s.") % told)
    return given


def _moment(field: Field, value: Any) -> datetime:
    """One that names no zone is of the zone of whoever asks."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError):
        told = {"what": field.words, "value": str(value)[:60]}
        raise BadInput(field.name, _("%(what)s is a moment, as 2026-12-24T18:00; not “%(value)s”.") % told) from None


def _check_size(field: Field, content: bytes) -> None:
    if field.most and len(content) > field.most:
        told = {"what": field.words, "most": field.most // 1000, "size": len(content) // 1000 + 1}
        raise BadInput(field.name, _("%(what)s may have %(most)s kB, not %(size)s.") % told)


def _told(wanted: str, value: str) -> dict[str, str]:
    return {"wanted": wanted, "value": value[:60]}


_CLEANERS = {
    Kind.POST: _post,
    Kind.PERSON: _person,
    Kind.LIST: _list,
    Kind.MESSAGE: _message,
    Kind.COLLECTION: _number,
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.NUMBER: _number,
    Kind.PICTURE: _picture,
    Kind.FILE: _file,
    Kind.FILES: _files,
    Kind.MOMENT: _moment,
}
