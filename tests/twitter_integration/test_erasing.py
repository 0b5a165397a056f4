"""One customer is erased, and the whole database searched for what was known of them."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from kapture.models import ApiAnswer
from tests.api.caller import Caller
from tests.factories import ANA, BEN, make_activity, make_agent, make_person
from tests.twitter_integration.bodies import CLASSIC, MODERN, direct, post, relation
from tickets.checklists.items import add_item
from tickets.customers.notes import add_note
from tickets.erasing.erase import erase
from tickets.lifecycle import add_tag
from tickets.models import (
    Activity,
    BulkRun,
    BulkTrace,
    Customer,
    CustomerList,
    Draft,
    HandleChange,
    Hook,
    HookDelivery,
    Identity,
    ListEntry,
    Media,
    Message,
    OutboxEntry,
    SavedView,
    StoredFile,
    Ticket,
)
from tickets.replies import note, reply
from tickets.resting.snoozing import snooze
from tickets.wording.sentences import Names, tell
from twitter_integration.deliveries.drain import drain
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import (
    AccountAct,
    Charge,
    CollectedPost,
    Collection,
    Cursor,
    Delivery,
    Event,
    PartnerAccount,
    Reaction,
    Standing,
)

NOW = timezone.now
MENTION, ANSWER, QUOTED = "1950000000000000001", "1950000000000000002", "1950000000000000003"
_TEXTS = """
    SELECT table_name, array_agg(column_name::text) FILTER (WHERE data_type = 'bytea')
    FROM information_schema.columns JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE' GROUP BY table_name ORDER BY 1
"""


def traces(*needles: str) -> dict[str, list[str]]:
    """Each needle → the tables in which any column of any row has it, in whatever case; bytes are read as text."""
    quote = connection.ops.quote_name
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS)
        for table, raw in cursor.fetchall():
            bytes_too = " || ".join(f"coalesce(encode({quote(one)}, 'escape'), '')" for one in raw or ()) or "''"
            for needle in needles:
                everything = f"lower(r::text || {bytes_too})"
                cursor.execute(
                    f"SELECT count(*) FROM {quote(table)} AS r WHERE strpos({everything}, lower(%s)) > 0", [needle]
                )
                if cursor.fetchone()[0]:
                    found.setdefault(needle, []).append(table)
    return found


def tell_us(account: PartnerAccount, *bodies: bytes) -> None:
    store([Arrival(app_id=account.app_id, body=body, received_at=NOW()) for body in bodies])
    drain()


@pytest.fixture
def ada(db: None) -> User:
    return make_person("ada", role="Administrators")


@pytest.fixture
def known(acme: PartnerAccount, ada: User) -> Identity:
    """Ana with everything that can be known of somebody, and Ben who answers, names and quotes her."""
    tell_us(
        acme,
        post("@acmehelp_demo my order QX5521 is lost", number=MENTION),
        direct("my number is 0700 900 100", minute=1),
        direct("and again: 0700 900 100", minute=2, dialect=MODERN),
        relation("follow", minute=3),
        relation("follow", minute=4, dialect=MODERN),
        post("@acmehelp_demo as @ana_demo says", who=BEN, minute=5, number=ANSWER, answers=(MENTION, ANA)),
        post("@acmehelp_demo I join @Ana_Demo, too", who=BEN, minute=6, dialect=MODERN),
    )
    ana = Identity.objects.get(external_id=ANA)
    Identity.objects.filter(pk=ana.pk).update(bio="Sailor of Elbmarsch", location="Elbstadt", name="Ana Querfurth")
    HandleChange.objects.create(identity=ana, before="ana_querfurth", after="ana_demo", seen_at=NOW())
    on_desk(ana, ada)
    on_x(acme, ana)
    ben = Message.objects.get(external_id=ANSWER)
    ben.quoted = {
        "external_id": MENTION,
        "author_name": "Ana",
        "author_handle": "ana_demo",
        "text": "order QX5521 is lost",
    }
    ben.save()
    return ana


def on_desk(ana: Identity, ada: User) -> None:
    """What colleagues do and write around her."""
    ticket, message = Ticket.objects.get(private=False, customer=ana.customer), Message.objects.get(external_id=MENTION)
    add_tag(ticket, "lost", by=ada, now=NOW())
    reply(ticket, text="We look for QX5521.", private=False, by=ada, now=NOW())
    note(ticket, text="She also rang: 0700 900 100", by=ada, now=NOW())
    add_note(ana.customer, "Lives in Elbstadt, rang from 0700 900 100", by=ada, now=NOW())
    add_item(ticket, "Ring 0700 900 100", by=ada, now=NOW())
    snooze(ticket, until=NOW() + timedelta(days=1), reason="QX5521 is in the depot", by=ada, now=NOW())
    make_activity(ticket, "reply.failed", {"reason": "Ana Querfurth takes no messages", "about": MENTION})
    run = BulkRun.objects.create(sheet=uuid4(), by=ada, deed="snooze", value={"reason": "QX5521 waits"}, at=NOW())
    BulkTrace.objects.create(run=run, ticket=ticket, mark="refused", reason="Ana Querfurth has it")
    Draft.objects.create(person=ada, ticket=ticket, mode="public", began="public", text="QX5521 …", changed_at=NOW())
    medium = Media.objects.create(
        message=message, kind="photo", url="https://pbs.example/QX5521.jpg", alt_text="QX5521"
    )
    stored = StoredFile(
        media=medium, name="QX5521.jpg", kind="photo", content_type="image/jpeg", size=3, created_at=NOW()
    )
    stored.file.save("x", ContentFile(b"abc"))
    vips = CustomerList.objects.create(name="VIPs")
    ListEntry.objects.create(list=vips, handle="ana_demo", identity=ana)
    ListEntry.objects.create(list=vips, handle="ana_querfurth")
    kind = ContentType.objects.get_for_model(CustomerList)
    LogEntry.objects.create(
        user=ada, content_type=kind, object_repr="VIPs", action_flag=CHANGE, change_message="ana_demo"
    )
    SavedView.objects.create(owner=ada, name="Hers", query="from:@ana_demo QX OR from:querfurth")
    hooked = {
        "verb": "ticket.opened",
        "body": json.dumps({"name": "Ana Querfurth"}),
        "made_at": NOW(),
        "next_at": NOW(),
    }
    shop = Hook.objects.create(name="Shop", url="https://shop.example/")
    HookDelivery.objects.create(hook=shop, ticket=ticket, **hooked)
    ApiAnswer.objects.create(caller="c", key="k", digest="d", status=200, body={"text": "QX5521"}, expires_at=NOW())


def on_x(acme: PartnerAccount, ana: Identity) -> None:
    """What the X side keeps of her."""
    act = {
        "account": acme,
        "page_name": "acmehelp_demo",
        "by_name": "Ada",
        "via": "desk",
        "at": NOW(),
        "outcome": "done",
    }
    AccountAct.objects.create(action="mute", target=ANA, target_name="@ana_demo", reason="QX5521 again", **act)
    AccountAct.objects.create(action="like", target=MENTION, sentence="Liked the post of @ana_demo", **act)
    Reaction.objects.create(account_key=acme.page_id, post_id=MENTION, liked_at=NOW())
    Standing.objects.get_or_create(account_key=acme.page_id, person_key=ANA)
    collection = Collection.objects.create(account=acme, name="Praise", created_at=NOW(), changed_at=NOW())
    CollectedPost.objects.create(collection=collection, post_id=MENTION, position=1, note="QX5521", added_at=NOW())
    Charge.objects.create(day=NOW().date(), tariff="post_read", resource=MENTION, account_key=acme.page_id, cost=1)
    Cursor.objects.update_or_create(account=acme, stream="mentions", defaults={"newest_id": MENTION, "head_id": ""})


NEEDLES = ("QX5521", "0700 900 100", "Querfurth", "Elbmarsch", "Elbstadt", ANA, MENTION, "ana_demo")


def test_after_it_no_column_of_any_table_holds_anything_of_them(known: Identity, ada: User) -> None:
    before = traces(*NEEDLES)
    assert len(before["QX5521"]) >= 8 and len(before[ANA]) >= 3
    file = StoredFile.objects.get().file
    counts = erase(known.customer, typed="@Ana_Demo", by=ada, now=NOW())
    assert counts["messages with words"] >= 5 and counts["answers not sent yet"] == 1
    assert traces(*NEEDLES) == {}
    assert not file.storage.exists(str(file.name)) and not StoredFile.objects.exists()


def test_tombstones_figures_and_what_others_said_stay(known: Identity, ada: User) -> None:
    tickets, messages, events = Ticket.objects.count(), Message.objects.count(), Delivery.objects.count()
    tickets_of_ben = Ticket.objects.exclude(customer=known.customer)
    erase(known.customer, typed="ana_demo", by=ada, now=NOW())
    assert (Ticket.objects.count(), Message.objects.count(), Delivery.objects.count()) == (tickets, messages, events)
    said = Message.objects.get(external_id=ANSWER)
    assert said.text == "@acmehelp_demo as @-------- says" and said.deleted_at is None
    assert Message.objects.filter(text="@acmehelp_demo I join @--------, too").exists()
    assert said.quoted and (said.quoted["text"], said.quoted["author_handle"], said.quoted["external_id"]) == (
        "",
        "",
        "",
    )
    assert AccountAct.objects.filter(action="mute", outcome="done", target="", reason="").exists()
    assert OutboxEntry.objects.get().state == "failed" and OutboxEntry.objects.get().code == "erased"
    assert not tickets_of_ben.filter(status="closed").exists()
    private = Ticket.objects.get(private=True)
    assert private.status == "closed" and Activity.objects.filter(ticket=private, verb="ticket.emptied").exists()
    for line in Activity.objects.all():  # the history can still be read
        assert tell(line.verb, line.data, who="Ada", names=Names({}))
    assert SavedView.objects.get().query == "from:@- QX OR from:@-"


@pytest.mark.parametrize("dialect", [CLASSIC, MODERN])
def test_told_again_nothing_comes_back_and_who_writes_anew_is_somebody_new(
    acme: PartnerAccount, known: Identity, ada: User, dialect: str
) -> None:
    erase(known.customer, typed="ana_demo", by=ada, now=NOW())
    messages, customers = Message.objects.count(), Customer.objects.count()
    tell_us(acme, post("@acmehelp_demo my order QX5521 is lost", number=MENTION, minute=9, dialect=dialect))
    assert (Message.objects.count(), Customer.objects.count()) == (messages, customers)
    assert not Message.objects.filter(text__contains="QX5521").exists()
    tell_us(acme, post("@acmehelp_demo hello again", minute=10, dialect=dialect))
    fresh = Identity.objects.get(external_id=ANA)
    assert fresh.customer_id != known.customer_id and Message.objects.get(identity=fresh).text.endswith("hello again")
    assert Event.objects.filter(kind="mention").exists()


def test_by_program_with_its_own_scope(known: Identity, ada: User) -> None:
    at = f"customers/{known.customer_id}/erase/"
    assert Caller(ada, "tickets:write", "private:read").post(at, {"handle": "ana_demo"}).status_code == 403
    api = Caller(ada, "customers:erase")
    looked = api.post(f"{at}preview/").json()["counts"]
    assert {"kind": "drafts", "count": 1} in looked and Draft.objects.exists()
    assert api.post(at, {"handle": "ben_demo"}).status_code == 409
    assert api.post(at, {"handle": "ana_demo"}, Idempotency_Key="once").json()["counts"] == looked
    assert api.post(at, {"handle": "ana_demo"}).status_code == 409
    assert Caller(make_agent("bob"), "customers:erase").post(at, {"handle": "x"}).status_code == 404
