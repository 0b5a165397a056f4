"""A collection as a file, JSON or CSV: what leaves comes back the same. Pure."""

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kapture.spreadsheets import arm, disarm
from tickets.posting import shown
from twitter_integration.console.fields import BadInput

_ID = re.compile(r"[1-9][0-9]{0,19}")
_COLUMNS = ("post_id", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """`posts`: id and note, in order."""

    name: str
    description: str
    posts: Sequence[tuple[str, str]]


def carry_out(collection: Carried, *, form: str) -> str:
    if form == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")  # so that a \r inside is quoted
        writer.writerow(_COLUMNS)
        writer.writerows((post, disarm(note)) for post, note in collection.posts)
        return out.getvalue()
    posts = [dict(zip(_COLUMNS, pair, strict=True)) for pair in collection.posts]
    document = {"name": collection.name, "description": collection.description, "posts": posts}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def carry_in(content: bytes, *, most: int) -> Carried:
    """Raises BadInput with the line or entry that does not fit."""
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise BadInput("file", _("The file is not UTF-8 text.")) from None
    if "\x00" in text:
        raise _unfit()
    carried = _from_json(text) if text.startswith(("{", "[")) else _from_csv(text)
    if len(carried.posts) > most:
        told = {"most": most, "number": len(carried.posts)}
        raise BadInput("file", _("A collection holds at most %(most)s posts, not %(number)s.") % told)
    return carried


def _from_json(text: str) -> Carried:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput("file", _("The file is not JSON.")) from None
    if isinstance(document, list):
        document = {"posts": document}
    entries = document.get("posts")
    if not isinstance(entries, list):
        raise BadInput("file", _("The file has no list “posts”."))
    pairs = [entry if isinstance(entry, dict) else {"post_id": entry} for entry in entries]
    return Carried(
        name=_text(document.get("name")),
        description=_text(document.get("description")),
        posts=_checked([(_text(pair.get("post_id")), _text(pair.get("note"))) for pair in pairs], first=1),
    )


def _from_csv(text: str) -> Carried:
    reader = csv.reader(io.StringIO(text))
    try:
        lines = [line for line in reader if line]
    except csv.Error as error:
        raise BadInput("file", _("The file is not CSV: %(why)s.") % {"why": error}) from None
    headed = bool(lines) and lines[0][0].strip() == _COLUMNS[0]
    pairs = [(line[0].strip(), shown(arm(line[1])) if len(line) > 1 else "") for line in lines[1 if headed else 0 :]]
    return Carried(name="", description="", posts=_checked(pairs, first=2 if headed else 1))


def _checked(pairs: Sequence[tuple[str, str]], *, first: int) -> list[tuple[str, str]]:
    """Each post once, where it stands first."""
    found: dict[str, str] = {}
    for number, (post, note) in enumerate(pairs, start=first):
        if not _ID.fullmatch(post):
            told = {"number": number, "value": post[:30]}
            raise BadInput("file", _("Entry %(number)s: “%(value)s” is not X's id of a post.") % told)
        found.setdefault(post, note[:300])
    return list(found.items())


def _text(value: object) -> str:
    """JSON can escape what no text may hold: NUL, and half of a pair (RFC 8259, 8.2)."""
    text = shown(str(value).strip()) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in text):
        raise _unfit()
    return text


def _unfit() -> BadInput:
    return BadInput("file", _("The file holds a character that no text may hold: NUL, or half of a surrogate pair."))
