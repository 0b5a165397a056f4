"""Who did it: the kind of a post seen from the subscribed account, in the order of tests that X's payloads ask for."""

from twitter_integration.events import Kind, Post

# What X Activity's event type says of a post, where the payload alone cannot: it rarely includes the post
# referred to.
_STRENGTH = {Kind.POST_OTHER: 0, Kind.MENTION: 1, Kind.QUOTE_OF_US: 2, Kind.REPLY_TO_US: 3, Kind.REPOST_OF_US: 4}


def role_of(post: Post, *, us: str, hint: Kind | None = None) -> Kind:
    """The kind of a post for account `us`; ids are compared as strings.

    `hint` is what the event type claims. A post can be several things at once, and then the stronger one
    counts, so that one post has one kind whichever subscription, poll or dialect brought it.
    """
    if not us:
        return hint or Kind.POST_OTHER
    if post.reposted_id:
        if post.author.id == us:
            return Kind.REPOST_BY_US
        if post.reposted is not None:
            return Kind.REPOST_OF_US if post.reposted.author.id == us else Kind.POST_OTHER
        return hint or Kind.POST_OTHER
    if post.author.id == us:
        return _role_of_own(post)
    found = _role_of_foreign(post, us)
    return found if hint is None or _STRENGTH.get(hint, 0) <= _STRENGTH[found] else hint


def _role_of_own(post: Post) -> Kind:
    if post.in_reply_to_id:
        return Kind.REPLY_BY_US
    return Kind.QUOTE_BY_US if post.quoted_id else Kind.POST_BY_US


def _role_of_foreign(post: Post, us: str) -> Kind:
    if post.in_reply_to_id and post.in_reply_to_person_id == us:
        return Kind.REPLY_TO_US
    if post.quoted is not None and post.quoted.author.id == us:
        return Kind.QUOTE_OF_US
    return Kind.MENTION if us in post.mentioned_ids else Kind.POST_OTHER
