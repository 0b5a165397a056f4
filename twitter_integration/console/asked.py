"""The fields that several actions ask for."""

from django.utils.translation import gettext_noop

from twitter_integration.console.action import Field, Kind

POST = Field(name="post", label=gettext_noop("Post"), kind=Kind.POST, help=gettext_noop("X's id or the post's address"))
PERSON = Field(
    name="person",
    label=gettext_noop("Person"),
    kind=Kind.PERSON,
    help=gettext_noop("@handle, X's id or the profile's address"),
)
LIST = Field(name="list", label=gettext_noop("List"), kind=Kind.LIST, help=gettext_noop("X's id or the list's address"))
PAGE = Field(
    name="page",
    label=gettext_noop("Page"),
    kind=Kind.TEXT,
    required=False,
    most=200,
    help=gettext_noop("as the page before named it"),
)
COUNT = Field(name="count", label=gettext_noop("How many"), kind=Kind.NUMBER, required=False, most=100)
PAGED = (PAGE, COUNT)
