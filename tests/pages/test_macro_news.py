"""A macro that sends, over several tickets, is stopped on each by what was said or changed there since it was looked at
(docs/rules.md, "Macros"), by pages and by programs."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.api.caller import Caller
from tests.factories import ANA, BEN
from tests.pages.test_bulk import work
from tests.tickets.said import says, take_in
from tests.tickets.test_macros import make_macro, refund
from tests.tickets.test_terms import edited
from tickets.models import BulkRun, BulkTrace, Macro, Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
EDIT, NEWS = "changed their words", "Somebody wrote in the meantime"
BOTH = pytest.mark.parametrize(("what", "why"), [("edit", EDIT), ("news", NEWS)])


@pytest.fixture
def asked() -> list[Ticket]:
    """Ana's and Ben's."""
    take_in(says(external_id="1950", who=ANA), minute=0)
    take_in(says("Mine too!", external_id="1960", who=BEN, minute=1), minute=1)
    return list(Ticket.objects.order_by("pk"))


def happens(what: str) -> None:
    """With Ana's."""
    if what == "edit":
        edited("Leave it all as it is.", "1950", "1951", minute=2)
    else:
        take_in(says("Forget it!", external_id="1970", in_reply_to="1950", who=ANA, minute=2), minute=2)


def answered() -> list[int | None]:
    return list(Message.objects.filter(direction="out").values_list("ticket", flat=True))


def pressed(desk: Client, page: str, address: str) -> str:
    """The form of this page, with all that it holds."""
    form = page[page.index(f'method="post" action="{address}"') :]
    form = form[: form.index("</form>")]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return desk.post(address, found, follow=True).content.decode()


def chosen(asked: list[Ticket]) -> str:
    return "&".join(f"t={one.pk}" for one in asked)


@BOTH
def test_on_the_page_of_several_each_is_asked(desk: Client, asked: list[Ticket], what: str, why: str) -> None:
    page = desk.get(f"/macros/?{chosen(asked)}&macro={refund().pk}").content.decode()
    happens(what)
    told = pressed(desk, page, "/macros/")
    assert why in told and answered() == [asked[1].pk]
    assert [one.status for one in Ticket.objects.order_by("pk")] == ["new", "resolved"]


def test_what_was_there_when_it_was_shown_stops_nothing(desk: Client, asked: list[Ticket]) -> None:
    happens("edit")
    happens("news")
    page = desk.get(f"/macros/?{chosen(asked)}&macro={refund().pk}").content.decode()
    assert "Done on all of them" in pressed(desk, page, "/macros/") and len(answered()) == 2


@BOTH
@pytest.mark.parametrize("everything", [False, True])
def test_ordered_for_a_list_each_is_asked(
    desk: Client, asked: list[Ticket], what: str, why: str, everything: bool
) -> None:
    of = "all=1&of=view%3Dall" if everything else chosen(asked)
    page = desk.get(f"/bulk/?{of}&deed=macro&macro={refund().pk}&look=1").content.decode()
    happens(what)
    pressed(desk, page, "/bulk/")
    work()
    marks = {trace.ticket_id: (trace.mark, trace.reason) for trace in BulkTrace.objects.all()}
    assert marks[asked[1].pk] == ("changed", "") and answered() == [asked[1].pk]
    assert marks[asked[0].pk][0] == "refused" and why in marks[asked[0].pk][1]


def test_one_that_sends_nothing_is_asked_nothing(desk: Client, asked: list[Ticket]) -> None:
    calm = make_macro("Calm", priority="low")
    pages = [desk.get(f"/bulk/?{chosen(asked)}&deed=macro&macro={calm.pk}&look=1").content.decode()]
    pages.append(desk.get(f"/macros/?{chosen(asked)}&macro={calm.pk}").content.decode())
    happens("news")
    pressed(desk, pages[0], "/bulk/")
    work()
    assert BulkRun.objects.get().traces.filter(mark="changed").count() == 2
    assert "Done on all of them" in pressed(desk, pages[1], "/macros/")


@BOTH
def test_programs_name_what_they_have_read(alice: User, asked: list[Ticket], what: str, why: str) -> None:
    api, macro = Caller(alice, "tickets:read", "tickets:write", "replies:send"), refund()
    numbers = [str(one.pk) for one in asked]
    order = {"deed": "macro", "macro": str(macro.pk), "tickets": numbers}
    shown = api.post("bulk/preview/", order).json()
    read = {"seen": shown["seen"], "wording": shown["wording"]}
    happens(what)
    told = api.post(f"macros/{macro.pk}/run/", {"tickets": numbers[:1]} | read).json()["results"]
    assert why in told[0]["refusal"] and not answered()
    api.post("bulk/new/", order | read)
    work()
    assert answered() == [asked[1].pk]
    told = api.post(f"macros/{macro.pk}/run/", {"tickets": numbers[:1]}).json()["results"]
    assert told[0]["refusal"] == "" and len(answered()) == 2  # who names nothing is asked nothing


def test_a_preview_of_what_sends_nothing_names_nothing(alice: User, asked: list[Ticket]) -> None:
    api = Caller(alice, "tickets:read", "tickets:write")
    calm = Macro.objects.create(name="Calm", priority="low")
    told = api.post("bulk/preview/", {"deed": "macro", "macro": str(calm.pk), "tickets": [str(asked[0].pk)]}).json()
    assert (told["seen"], told["wording"]) == (None, None)
