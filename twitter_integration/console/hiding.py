"""Which replies X lets the account hide: those in conversations that it began itself (docs.x.com, "Hide replies").

One rule for the console's rows and the ticket's messages.
"""

from collections.abc import Container, Iterable
from typing import Any

from django.apps import apps
from django.db.models import F

from kapture.prepared import Given, IsOneOf, prepared
from twitter_integration.models import PartnerAccount


def begun_by(account: PartnerAccount, conversations: Iterable[str]) -> Container[str]:
    """Those whose first post the desk holds as the account's own. One statement, where there are any."""
    posts = sorted(set(filter(None, conversations)))
    return set(_own(address=account.address_id, posts=posts)) if posts else frozenset()


@prepared
def _own() -> Any:
    messages: Any = apps.get_model("tickets", "Message")._default_manager
    posts = messages.filter(
        IsOneOf(F("external_id"), Given("posts")),
        address=Given("address"),
        direction="out",
        visibility="public",
        in_reply_to="",
    )
    return posts.order_by().values_list("external_id", flat=True)


def can_hide(conversation: str, *, answers: str, answers_us: bool, begun: Container[str]) -> bool:
    """A mention that begins a conversation also names whom it is to: it answers nothing, and stays."""
    if not answers or not conversation:
        return False
    return conversation in begun or (answers_us and answers == conversation)
