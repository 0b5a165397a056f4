"""Collections, kept here since X withdrew its own: made, curated, put in order, carried out and in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twitter_integration.console import asked
from twitter_integration.console.action import Action, Field, Given, Kind, Outcome, Scope, Sheet
from twitter_integration.console.carrying import Carried, carry_in, carry_out
from twitter_integration.console.collected import CollectionRow, rows_of
from twitter_integration.console.fields import BadInput
from twitter_integration.models import CollectedPost, Collection

MOST_POSTS = 1000
_COLLECTION = Field(name="collection", label=gettext_noop("Collection"), kind=Kind.COLLECTION, most=99_999_999)
_NAME = Field(name="name", label=gettext_noop("Name"), kind=Kind.TEXT, most=80)
_ABOUT = Field(
    name="description", label=gettext_noop("Description"), kind=Kind.TEXT, most=300, required=False, empties=True
)
_NOTE = Field(name="note", label=gettext_noop("Note"), kind=Kind.TEXT, most=300, required=False, empties=True)
_PLACE = Field(
    name="place",
    label=gettext_noop("Place"),
    kind=Kind.NUMBER,
    most=MOST_POSTS,
    required=False,
    help=gettext_noop("1 is the first"),
)
_FILE = Field(
    name="file",
    label=gettext_noop("The file"),
    kind=Kind.FILE,
    most=500_000,
    help=gettext_noop("JSON or CSV, as export writes it"),
)
_FORMAT = Field(
    name="format",
    label=gettext_noop("Format"),
    kind=Kind.CHOICE,
    choices=("json", "csv"),
    required=False,
    said={"json": "JSON", "csv": "CSV"},
    blank="JSON",
)


def _list(sheet: Sheet) -> Outcome:
    rows = Collection.objects.filter(account=sheet.account).annotate(number=Count("posts"))
    return Outcome(
        rows=[
            CollectionRow(
                id=str(row.pk),
                name=row.name,
                description=row.description,
                posts=row.number,
                changed_at=row.changed_at,
            )
            for row in rows
        ]
    )


def _show(sheet: Sheet) -> Outcome:
    collection = _find(sheet)
    return Outcome(rows=rows_of(collection), facts={"name": collection.name, "description": collection.description})


def _create(sheet: Sheet) -> Outcome:
    collection = Collection(account=sheet.account, created_by=sheet.actor.user, created_at=sheet.now)
    return _save(collection, sheet)


def _update(sheet: Sheet) -> Outcome:
    return _save(_find(sheet), sheet)


def _save(collection: Collection, sheet: Sheet) -> Outcome:
    given: Given = sheet.given
    collection.name = given.get("name", collection.name)
    collection.description = given.get("description", collection.description)
    collection.changed_at = sheet.now
    try:
        with transaction.atomic():
            collection.save()
    except IntegrityError:
        told = {"name": collection.name}
        raise BadInput("name", _("There is a collection “%(name)s” already.") % told) from None
    return Outcome(result=str(collection.pk))


def _delete(sheet: Sheet) -> Outcome:
    _find(sheet).delete()
    return Outcome()


@transaction.atomic
def _collect(sheet: Sheet) -> Outcome:
    """Add, or note anew and move what is in already."""
    collection, given = _find(sheet, lock=True), sheet.given
    posts = list(collection.posts.all())
    post = next((one for one in posts if one.post_id == given["post"]), None)
    if post is None:
        if len(posts) >= MOST_POSTS:
            raise BadInput("post", _("A collection holds at most %(most)s posts.") % {"most": MOST_POSTS})
        post = CollectedPost(collection=collection, post_id=given["post"], position=len(posts), added_at=sheet.now)
    else:
        posts.remove(post)
    post.note = given.get("note", post.note)
    post.save()
    _put_in_order(collection, posts, post, place=given.get("place") or len(posts) + 1, now=sheet.now)
    return Outcome(result=str(collection.pk))


@transaction.atomic
def _move(sheet: Sheet) -> Outcome:
    collection = _find(sheet, lock=True)
    posts = list(collection.posts.all())
    post = _in(posts, sheet.given["post"])
    posts.remove(post)
    _put_in_order(collection, posts, post, place=sheet.given["place"], now=sheet.now)
    return Outcome(result=str(collection.pk))


@transaction.atomic
def _uncollect(sheet: Sheet) -> Outcome:
    collection = _find(sheet, lock=True)
    _in(list(collection.posts.all()), sheet.given["post"]).delete()
    _touch(collection, sheet.now)
    return Outcome(result=str(collection.pk))


def _export(sheet: Sheet) -> Outcome:
    collection = _find(sheet)
    form = sheet.given.get("format", "json")
    text = carry_out(
        Carried(
            name=collection.name,
            description=collection.description,
            posts=[(post.post_id, post.note) for post in collection.posts.all()],
        ),
        form=form,
    )
    return Outcome(facts={"text": text, "format": form, "name": collection.name})


@transaction.atomic
def _import(sheet: Sheet) -> Outcome:
    """A new collection out of a file; the name given here wins over the file's."""
    carried = carry_in(sheet.given["file"], most=MOST_POSTS)
    name = sheet.given.get("name") or carried.name
    if not name:
        raise BadInput("name", _("The file names no collection: give it a name."))
    words = {"name": name[:80], "description": carried.description[:300]}
    made = _create(replace(sheet, given=words))
    CollectedPost.objects.bulk_create(
        CollectedPost(collection_id=int(made.result), post_id=post, position=place, note=note, added_at=sheet.now)
        for place, (post, note) in enumerate(carried.posts)
    )
    return made


def _find(sheet: Sheet, *, lock: bool = False) -> Collection:
    rows = Collection.objects.select_for_update() if lock else Collection.objects.all()
    found = rows.filter(account=sheet.account, pk=sheet.given["collection"]).first()
    if found is None:
        raise BadInput("collection", _("There is no such collection of this account."))
    return found


def _in(posts: Sequence[CollectedPost], post_id: str) -> CollectedPost:
    for post in posts:
        if post.post_id == post_id:
            return post
    raise BadInput("post", _("That post is not in the collection."))


def _put_in_order(
    collection: Collection, others: list[CollectedPost], post: CollectedPost, *, place: int, now: datetime
) -> None:
    """`place` counts from 1; beyond the end is the end."""
    others.insert(max(place, 1) - 1, post)
    for position, one in enumerate(others):
        one.position = position
    CollectedPost.objects.bulk_update(others, ["position"])
    _touch(collection, now)


def _touch(collection: Collection, now: datetime) -> None:
    collection.changed_at = now
    collection.save(update_fields=["changed_at"])


_READ = Action(name="", label="", operation="", scope=Scope.REACT, reads=True, fields=(_COLLECTION,))
_CHANGE = Action(name="", label="", operation="", scope=Scope.OPERATE, fields=(_COLLECTION,))
_OF_POST = replace(_CHANGE, fields=(_COLLECTION, asked.POST))
ACTIONS = (
    replace(_READ, name="collections", label=gettext_noop("Collections"), door=_list, fields=()),
    replace(_READ, name="collection", label=gettext_noop("A collection"), door=_show),
    replace(_READ, name="export-collection", label=gettext_noop("Export"), door=_export, fields=(_COLLECTION, _FORMAT)),
    replace(
        _CHANGE,
        name="create-collection",
        label=gettext_noop("Make a collection"),
        door=_create,
        fields=(_NAME, _ABOUT),
        done=gettext_noop("The collection is made."),
    ),
    replace(
        _CHANGE,
        name="update-collection",
        label=gettext_noop("Change a collection"),
        door=_update,
        fields=(_COLLECTION, replace(_NAME, required=False), _ABOUT),
        done=gettext_noop("The collection is changed."),
    ),
    replace(
        _CHANGE,
        name="delete-collection",
        label=gettext_noop("Delete a collection"),
        door=_delete,
        confirm=True,
        done=gettext_noop("The collection is deleted."),
    ),
    replace(
        _OF_POST,
        name="collect",
        label=gettext_noop("Put a post in a collection"),
        door=_collect,
        fields=(_COLLECTION, asked.POST, _NOTE, _PLACE),
        undone_by="uncollect",
        done=gettext_noop("The post is in the collection."),
    ),
    replace(
        _OF_POST,
        name="uncollect",
        label=gettext_noop("Take a post out of a collection"),
        door=_uncollect,
        undone_by="collect",
        done=gettext_noop("The post is out of the collection."),
    ),
    replace(
        _OF_POST,
        name="move-collected",
        label=gettext_noop("Move a post in a collection"),
        door=_move,
        fields=(_COLLECTION, asked.POST, replace(_PLACE, required=True)),
        done=gettext_noop("The post is moved."),
    ),
    replace(
        _CHANGE,
        name="import-collection",
        label=gettext_noop("Import a collection"),
        door=_import,
        fields=(_FILE, replace(_NAME, required=False)),
        done=gettext_noop("The collection is imported."),
    ),
)
