"""The fields that several actions ask for."""

from twitter_integration.console.action import Field, Kind

POST = Field(name="post", words="Post", kind=Kind.POST, help="X's id or the post's address")
PERSON = Field(name="person", words="Person", kind=Kind.PERSON, help="@handle, X's id or the profile's address")
LIST = Field(name="list", words="List", kind=Kind.LIST, help="X's id or the list's address")
PAGE = Field(name="page", words="Page", kind=Kind.TEXT, required=False, most=200, help="as the page before named it")
COUNT = Field(name="count", words="How many", kind=Kind.NUMBER, required=False, most=100)
PAGED = (PAGE, COUNT)
