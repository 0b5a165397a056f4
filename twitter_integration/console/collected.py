"""What is in collections, as people and programs read it: names, and of each post what the desk knows. Asks no X."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from twitter_integration.accounts import CHANNEL
from twitter_integration.models import CollectedPost, Collection, PartnerAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRow:
    id: str
    name: str
    description: str
    posts: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedRow:
    """`author` and `text` as the desk knows the post; empty where it does not, or where the post is gone."""

    id: str
    place: int
    note: str
    added_at: datetime
    author: str = ""
    text: str = ""


def rows_of(collection: Collection) -> list[CollectedRow]:
    """In their order. Two statements."""
    posts = list(collection.posts.all())
    known = _known({post.post_id for post in posts})
    return [_row(post, place, known.get(post.post_id, ("", ""))) for place, post in enumerate(posts, start=1)]


def _row(post: CollectedPost, place: int, said: tuple[str, str]) -> CollectedRow:
    author, text = said
    return CollectedRow(id=post.post_id, place=place, note=post.note, added_at=post.added_at, author=author, text=text)


def _known(posts: set[str]) -> Mapping[str, tuple[str, str]]:
    """By X's id, by whom and what it says; only what everybody may read. One statement."""
    rows: Any = apps.get_model("tickets", "Message")._default_manager.filter(visibility="public", deleted_at=None)
    columns = "external_id", "direction", "identity__handle", "address__handle", "text"
    told = rows.filter(external_id__in=posts, address__channel=CHANNEL).values_list(*columns)
    return {post: (ours if direction == "out" else theirs or "", text) for post, direction, theirs, ours, text in told}


def named(account: PartnerAccount) -> list[tuple[str, str]]:
    """What a form lets one choose from. One statement."""
    return [(str(key), name) for key, name in Collection.objects.filter(account=account).values_list("pk", "name")]
