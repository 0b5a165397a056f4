"""How posts, people, lists, messages and acts are told."""

from typing import Any

from rest_framework import serializers

from kapture.api_base import Id, Moment, Row, Words
from twitter_integration.choices import Fate
from twitter_integration.console.fates import link_of, sentence_of
from twitter_integration.models import AccountAct

_X_ID = "X's id."


class XPersonRow(Row):
    """Somebody on X. What X did not tell is empty or null."""

    id = Words(help_text=_X_ID)
    handle = Words()
    name = Words()
    avatar_url = Words()
    bio = Words()
    location = Words()
    url = Words()
    followers = serializers.IntegerField(allow_null=True)
    following = serializers.IntegerField(allow_null=True)
    verified = serializers.BooleanField(allow_null=True)
    protected = serializers.BooleanField(allow_null=True)
    joined_at = Moment(allow_null=True)


class FileRow(Row):
    """A picture or film."""

    kind = Words()
    url = Words()
    preview_url = Words()
    alt_text = Words()


class PostRow(Row):
    """A post. Of a repost, text and media are those of the reposted one."""

    id = Words(help_text=_X_ID)
    author = XPersonRow()
    created_at = Moment()
    text = Words()
    language = Words()
    conversation_id = Words()
    in_reply_to_id = Words()
    quoted_id = Words()
    reposted_id = Words()
    media = FileRow(many=True)


class ListRow(Row):
    """A list of people."""

    id = Words(help_text=_X_ID)
    name = Words()
    description = Words()
    private = serializers.BooleanField(allow_null=True)
    members = serializers.IntegerField(allow_null=True)
    followers = serializers.IntegerField(allow_null=True)
    owner_id = Words()
    owner_handle = Words()


class DirectRow(Row):
    """A direct message."""

    id = Words(help_text=_X_ID)
    sender = XPersonRow()
    recipient = XPersonRow()
    conversation_id = Words()
    created_at = Moment()
    text = Words()
    media = FileRow(many=True)


class ConversationRow(Row):
    """With whom, and what was said last."""

    person = XPersonRow()
    last = DirectRow()
    count = serializers.IntegerField(help_text="Messages of it on this page.")


class FoundRow(Row):
    """A message the desk holds."""

    id = Words(help_text=_X_ID)
    ticket = Id(allow_null=True)
    person = Words(help_text="Their handle.")
    by_us = serializers.BooleanField()
    sent_at = Moment()
    text = Words()


class SettingRow(Row):
    """One setting, as X calls it."""

    setting = Words()
    value = serializers.JSONField(help_text="As X tells it.")


class CollectionRow(Row):
    """A named, ordered set of posts."""

    id = Id()
    name = Words()
    description = Words()
    posts = serializers.IntegerField()
    changed_at = Moment()


class CollectedRow(Row):
    """A post at its place in a collection."""

    id = Words(help_text=_X_ID)
    place = serializers.IntegerField(help_text="1 is the first.")
    note = Words()
    added_at = Moment()
    author = Words(help_text="The handle, where the desk knows the post; else empty.")
    text = Words(help_text="What it says, where the desk knows it; else empty.")


class ExportRow(Row):
    """A collection as a file."""

    name = Words()
    format = Words()
    text = Words(help_text="The file's content.")


class ReminderRow(Row):
    """Somebody who is muted, blocked or reported until a day."""

    id = Id()
    due_at = Moment()
    due = serializers.BooleanField()
    action = Words()
    target = Words()
    target_name = Words()
    reason = Words()
    by = Words()


class ChangeRow(Row):
    """One field that an act changes."""

    field = Words()
    before = Words(allow_null=True, help_text="What it was; null where that is not known.")
    after = Words(help_text="What it becomes; empty: emptied.")


class ActRow(Row):
    """One act in the record."""

    id = Id()
    action = Words()
    target = Words(help_text="X's id of whom or what, or ours of a collection.")
    target_name = Words()
    by = Words(source="by_name")
    via = Words(help_text="page, ticket, api or command.")
    reason = Words()
    changes = ChangeRow(many=True, help_text="Of profile, settings and lists: what was changed.")
    private = serializers.BooleanField()
    gesture = serializers.UUIDField()
    at = Moment()
    ended_at = Moment(allow_null=True)
    outcome = serializers.ChoiceField(Fate.choices, source="fate", help_text="As far as is known now.")
    outcome_words = serializers.SerializerMethodField(help_text="The same, as pages say it.")
    dialect = Words()
    code = Words(help_text="X's answer, or why it was refused here.")
    sentence = serializers.SerializerMethodField(help_text="What came of it; empty where the outcome says it all.")
    link = serializers.SerializerMethodField(help_text="Where it stands on X, once the outbox sent it.")
    result = Words(help_text="The id of what was made.")

    def get_outcome_words(self, act: AccountAct) -> str:
        return str(Fate(act.fate).label)

    def get_sentence(self, act: AccountAct) -> str:
        return sentence_of(act)

    def get_link(self, act: AccountAct) -> str:
        return link_of(act)


class DoneRow(Row):
    """What came of an act."""

    sentence = Words()
    already = serializers.BooleanField(help_text="It was so before.")
    dialect = Words(allow_null=True, help_text="Null where X had no part in it.")
    result = Words(help_text="The id of what was made.")
    act = ActRow(allow_null=True)


class FieldRow(Row):
    """One thing an action wants to know."""

    name = Words()
    words = Words()
    kind = Words()
    required = serializers.BooleanField()  # type: ignore[assignment]  # the wire's name
    choices = serializers.ListField(child=Words())


class ActionRow(Row):
    """What can be done with this account, or why not."""

    action = Words()
    words = Words()
    reads = serializers.BooleanField()
    confirm = serializers.BooleanField(help_text="Wants `confirmed`.")
    explain = serializers.BooleanField(help_text="Wants a `reason`.")
    dialect = Words(allow_null=True)
    why_not = Words(help_text="Why the role, the account or the access tier forbids it; empty when they do not.")
    by_hand = Words(help_text="Where on X a person can do it, as far as that is one place.")
    price = serializers.DecimalField(max_digits=9, decimal_places=4, help_text="US$ for one thing at X's list price.")
    fields = FieldRow(many=True, source="asks")  # type: ignore[assignment]  # the wire's name


# What the reads tell; all others tell what came of an act.
ANSWERS: dict[str, Any] = {
    **dict.fromkeys(("home", "own-posts", "mentions", "list-posts"), PostRow),
    **dict.fromkeys(("followers", "following", "muted", "blocked", "profile", "list-members"), XPersonRow),
    **dict.fromkeys(("lists", "followed-lists", "memberships", "pinned-lists", "show-list"), ListRow),
    "conversations": ConversationRow,
    "conversation": DirectRow,
    "search-messages": FoundRow,
    "settings": SettingRow,
    "collections": CollectionRow,
    "collection": CollectedRow,
    "export-collection": ExportRow,
    "reminders": ReminderRow,
}
