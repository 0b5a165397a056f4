"""Canned replies: placeholders are filled or said to be missing, the right wording is chosen, nothing goes out raw."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from tests.factories import NOW, make_customer, make_message, make_supervisor, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in
from tickets import replies
from tickets.errors import CannotSend
from tickets.models import Address, CannedReply, CannedText, Team, Ticket
from tickets.phrases.braces import strange_in
from tickets.phrases.choosing import choose, is_language
from tickets.phrases.offering import offers, on_shelves
from tickets.phrases.placeholders import as_name, faults, fill, first_name, left_in
from tickets.phrases.shelf import insert, lengths, search, usable, wording

FACTS = {"first_name": "Ana", "handle": "@ana_demo", "agent": ""}


def make_canned(title: str = "Late", *texts: dict[str, str], owner: User | None = None, **fields: str) -> CannedReply:
    """A canned reply with these texts, or one that greets."""
    reply = CannedReply.objects.create(title=title, owner=owner, **fields)
    for one in texts or ({"text": "Hello {first_name|there}, it is on its way."},):
        CannedText.objects.create(reply=reply, **one)
    return reply


@pytest.mark.parametrize(
    ("text", "filled", "gaps"),
    [
        ("Hi {first_name}!", "Hi Ana!", ()),
        ("Hi { first_name }!", "Hi Ana!", ()),
        ("Hi {first_name|there}!", "Hi Ana!", ()),
        ("{agent|The team} of Acme", "The team of Acme", ()),
        ("{agent|}Bye", "Bye", ()),
        ("Yours, {agent}, {agent}", "Yours, {agent}, {agent}", ("agent",)),
        ("{nonsense}", "{nonsense}", ()),
    ],
)
def test_a_placeholder_is_filled_or_falls_back_or_is_a_gap(text: str, filled: str, gaps: tuple[str, ...]) -> None:
    made = fill(text, FACTS)
    assert (made.text, made.gaps) == (filled, gaps)


def test_what_a_customer_is_called_is_never_read_as_a_placeholder() -> None:
    assert fill("Hi {first_name}", {"first_name": "{agent}", "agent": "Alice"}).text == "Hi {agent}"


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("{name} {name|there} {name}", []),
        ("{handle } and { name}", ["{handle }", "{ name}"]),
        ("{handle} {a.b} {a.b} {}", ["{a.b}", "{}"]),
        ("Hi {handle, it is", ["{handle,"]),
        ("a } b and name}", ["}", "name}"]),
        ("{{name}}", ["{", "}"]),
        ("{na\nme}", ["{na", "me}"]),
        ("{Name} {name|}", ["{Name}"]),
    ],
)
def test_what_stands_in_braces_and_is_no_placeholder(text: str, strange: list[str]) -> None:
    assert strange_in(text, ["handle", "name"], fallbacks=True) == strange


def test_a_fallback_is_none_where_there_are_none() -> None:
    assert strange_in("{name|there}", ["name"]) == ["{name|there}"]


@pytest.mark.parametrize(
    "text",
    ["Hi {firstname}", "Hi {first_name", "a } b", "{First_name}", "{{name}}", "{handle }", "{ name}", "{agent.name}"],
)
def test_a_text_with_another_brace_is_not_kept(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi {first_name}, {first_name}", ["{first_name}"]),
        ("Hi {First_Name|you}", ["{First_Name|you}"]),
        ("Order {order}", ["{order}"]),
        ("Use {X} or { } or {1} in code", []),
        ("Nothing here", []),
    ],
)
def test_what_looks_like_a_placeholder_is_seen_before_it_is_sent(text: str, left: list[str]) -> None:
    assert left_in(text) == left


@pytest.mark.parametrize(
    ("name", "said", "first"),
    [
        ("Ana  María", "Ana María", "Ana"),
        ("🌸Ana🌸 Díaz", "🌸Ana🌸 Díaz", "Ana"),
        ("follow @rival", "", ""),
        ("win.example now", "", ""),
        ("✨✨", "", ""),
        ("{agent}", "", ""),
        ("李明", "李明", "李明"),
        ("रिया डेमो", "रिया डेमो", "रिया"),
        ("Ana❤️ Díaz", "Ana❤️ Díaz", "Ana"),
    ],
)
def test_a_name_that_would_mention_or_link_is_none(name: str, said: str, first: str) -> None:
    assert (as_name(name), first_name(name)) == (said, first)


TEXTS = [
    CannedText(audience="", language="", text="any"),
    CannedText(audience="public", language="", text="any in public"),
    CannedText(audience="private", language="", text="any in private"),
    CannedText(audience="", language="de", text="German"),
    CannedText(audience="private", language="pt-br", text="Portuguese in private"),
]


@pytest.mark.parametrize(
    ("private", "language", "text"),
    [
        (False, "en", "any in public"),
        (True, "en", "any in private"),
        (False, "de-AT", "German"),
        (True, "de", "German"),
        (True, "pt", "Portuguese in private"),
        (False, "pt", "any in public"),
        (False, "und", "any in public"),
    ],
)
def test_the_way_it_is_said_and_the_language_choose_the_wording(private: bool, language: str, text: str) -> None:
    chosen = choose(TEXTS, private=private, language=language)
    assert chosen is not None and chosen.text == text


@pytest.mark.parametrize(
    ("code", "known"), [("", True), ("de", True), ("PT-br", True), ("iw", True), ("klingon", False), ("und", False)]
)
def test_a_text_is_in_a_language_that_messages_are_in(code: str, known: bool) -> None:
    assert is_language(code) is known


def test_old_and_new_words_for_a_language_are_one() -> None:
    texts = [CannedText(language="", text="any"), CannedText(language="he", text="Hebrew")]
    chosen = choose(texts, private=False, language="iw")
    assert chosen is not None and chosen.text == "Hebrew"


def test_what_is_for_private_messages_alone_is_never_said_in_public() -> None:
    assert choose([TEXTS[2], TEXTS[4]], private=False, language="pt") is None
    shared = [CannedText(audience="public", language="fr", text="f"), CannedText(audience="", language="en", text="e")]
    chosen = choose(shared, private=True, language="")
    assert chosen is not None and chosen.text == "e"


@pytest.mark.django_db
def test_everybodys_a_teams_and_ones_own_are_offered(alice: User, bob: User) -> None:
    everybodys, bobs = make_canned("For all"), make_canned("Bob's own", owner=bob)
    teams, sam = make_canned("For the team"), make_supervisor()
    team = Team.objects.create(name="Refunds")
    team.memberships.create(person=sam)
    teams.teams.add(team)
    make_canned("Alice's own", owner=alice)
    CannedReply.objects.create(title="Switched off", enabled=False)
    assert set(usable(bob)) == {everybodys, bobs}
    assert set(usable(sam)) == {everybodys, teams}


@pytest.mark.django_db
def test_a_shortcut_is_found_before_a_title_and_words(alice: User) -> None:
    words = make_canned("Parcel", {"text": "Sorry that it is late."})
    title, short = make_canned("Late parcel"), make_canned("Delay", shortcut="late")
    make_canned("Other", {"text": "Nothing of it", "audience": "private"}, shortcut="late-dm")
    assert list(search(alice, "late", private=False)) == [short, title, words]
    assert len(search(alice, "late", private=True)) == 4


@pytest.mark.django_db
def test_it_is_filled_for_the_person_answered_in_their_language_and_counted(acme: Address, alice: User) -> None:
    ticket = make_ticket(make_customer(name="Ana Díaz"), address=acme)
    make_message(ticket, "¿Dónde está?", language="es")
    reply = make_canned(
        "Late", {"text": "Hi {handle}"}, {"text": "¡Hola {first_name}! {account} {ticket}", "language": "es"}
    )
    made = insert(reply, ticket, private=False, by=alice, now=NOW)
    assert (made.text, made.gaps) == (f"¡Hola Ana! @acmehelp_demo {ticket.pk}", ())
    reply.refresh_from_db()
    assert (reply.uses, reply.last_used_at) == (1, NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("told", ["", "und"])
def test_where_the_channel_does_not_say_their_language_it_is_found_out(acme: Address, alice: User, told: str) -> None:
    ticket = make_ticket(private=True, address=acme)
    question = "Guten Tag, mein Koffer ist nicht angekommen, wo ist er bitte?"
    asked = make_message(ticket, question, visibility="private", language=told)
    make_message(ticket, "OK", visibility="private", language=told)
    reply = make_canned("Late", {"text": "Sorry."}, {"text": "Entschuldigung.", "language": "de"})
    for to in (asked, None):
        assert wording(reply, ticket, private=True, by=alice, to=to).text == "Entschuldigung."


@pytest.mark.django_db
def test_each_is_offered_with_the_words_that_would_be_put_in(acme: Address, alice: User, wire: Wire) -> None:
    ticket = make_ticket(make_customer(name="Ana Díaz"), address=acme, private=True)
    make_message(ticket, "¿Dónde está?", visibility="private", language="es")
    private, spanish = (
        {"text": "Hi {first_name}", "audience": "private"},
        {"text": "¡Hola {first_name}!", "language": "es"},
    )
    make_canned("Late", private, spanish, category="Delivery")
    make_canned("Bye", {"text": "Bye {first_name}"}), CannedReply.objects.create(title="Without a text")
    found = offers(ticket, private=True, by=alice, most=9)
    told = {one.reply.title: (one.made.text, one.made.language, one.length.length) for one in found}
    assert told == {"Late": ("¡Hola Ana!", "es", 10), "Bye": ("Bye Ana", "", 7)}
    assert [one.reply.title for one in on_shelves(found)] == ["Late", "Bye"]
    make_canned("In private", private)
    assert {one.reply.title for one in offers(ticket, private=False, by=alice, most=9)} == {"Late", "Bye"}
    assert [one.made.text for one in offers(ticket, "in priv", private=True, by=alice, most=9)] == ["Hi Ana"]


@pytest.mark.django_db
def test_a_shortcut_means_one_of_those_somebody_is_offered(alice: User, bob: User) -> None:
    team = Team.objects.create(name="Refunds")
    shared, teams = make_canned("Delay", shortcut="late"), make_canned("Theirs", shortcut="refund")
    teams.teams.add(team)
    for row in (CannedReply(title="X", shortcut="LATE"), CannedReply(title="X", shortcut="late", owner=alice)):
        with pytest.raises(ValidationError, match="is taken by ‘Delay’") as refused:
            row.full_clean()
        assert list(refused.value.message_dict) == ["shortcut"]
    CannedReply(title="X", shortcut="refund", owner=alice).full_clean()
    team.memberships.create(person=bob)
    assert CannedReply(title="X", owner=bob).who_has("refund") == teams
    shared.full_clean()
    own = make_canned("Hers", owner=alice, shortcut="late")
    assert list(search(alice, "late", private=False)) == [own, shared]


@pytest.mark.django_db
def test_of_whom_nothing_is_known_the_gap_is_told(acme: Address, alice: User) -> None:
    ticket = make_ticket(make_customer(name="@@@ cheap.example"), address=acme)
    made = insert(make_canned("A", {"text": "Dear {name}"}), ticket, private=False, by=alice, now=NOW)
    assert (made.text, made.gaps) == ("Dear {name}", ("name",))


@pytest.mark.django_db
def test_a_placeholder_nobody_filled_is_never_sent(acme: Address, alice: User, wire: Wire) -> None:
    take_in(says(), minute=0)
    with pytest.raises(CannotSend, match="first_name"):
        replies.reply(only_ticket(), text="Dear {first_name}", private=False, by=alice, now=at(1))
    assert not Ticket.objects.get().messages.filter(direction="out").exists()


@pytest.mark.django_db
def test_each_text_is_measured_with_examples_as_its_channel_counts(acme: Address, wire: Wire) -> None:
    reply = make_canned("A", {"text": "Hi {first_name}!"}, {"text": "y" * 300, "language": "de"})
    short, long = reply.texts.order_by("language")
    told = lengths([short, long])
    assert (told[short.pk].length, told[short.pk].over, told[long.pk].over) == (len("Hi Ana!"), False, True)


@pytest.mark.django_db
def test_a_text_with_a_fault_is_refused_with_the_list_of_placeholders() -> None:
    text = CannedText(reply=make_canned(), text="Hi {customer}", language="DE ")
    with pytest.raises(ValidationError, match="first_name"):
        text.full_clean()
    assert text.language == "de"
    with pytest.raises(ValidationError, match="No message is in such a language"):
        CannedText(reply=text.reply, text="Qapla'", language="klingon").full_clean()


@pytest.mark.django_db
def test_a_shortcut_that_is_taken_since_it_was_looked_at_is_told_in_the_same_words() -> None:
    make_canned("Delay", shortcut="late")
    CannedReply(title="Later", shortcut="later").validate_constraints()
    with pytest.raises(ValidationError) as refused:
        CannedReply(title="Late", shortcut="late").validate_constraints()
    assert refused.value.message_dict == {"shortcut": ["The shortcut late is taken by ‘Delay’."]}
