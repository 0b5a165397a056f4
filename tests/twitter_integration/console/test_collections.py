"""Collections, which X has given up: made, curated, put in order, carried out and in again."""

import csv
import io
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from tests.factories import ACME, make_address
from twitter_integration.console import doing
from twitter_integration.console.actor import Actor
from twitter_integration.console.carrying import Carried, carry_in, carry_out
from twitter_integration.console.fields import BadInput
from twitter_integration.models import AccountAct, PartnerAccount, XApp

FIRST, SECOND, THIRD = "1934268415012081666", "1934268415012081667", "1934268415012081668"


@pytest.fixture
def account(db: None) -> PartnerAccount:
    app = XApp.objects.create(name="Acme app", consumer_key="k", consumer_secret="s")
    return PartnerAccount.objects.create(address=make_address(), app=app, page_id=ACME, page_name="acmehelp_demo")


def do(account: PartnerAccount, action: str, **values: Any) -> doing.Done:
    order = doing.Order(action=action, values=values, confirmed=True)
    return doing.perform(account, order, actor=Actor(name="operator", via="command"), now=timezone.now())


def in_order(account: PartnerAccount, collection: str) -> list[str]:
    return [row.id for row in do(account, "collection", collection=collection).outcome.rows]


def make(account: PartnerAccount, *posts: str) -> str:
    made = do(account, "create-collection", name="Praise", description="What people liked").outcome.result
    for post in posts:
        do(account, "collect", collection=made, post=post)
    return made


def test_posts_stand_in_the_order_people_give_them(account: PartnerAccount) -> None:
    made = make(account, FIRST, SECOND, THIRD)
    do(account, "move-collected", collection=made, post=THIRD, place=1)
    assert in_order(account, made) == [THIRD, FIRST, SECOND]
    do(account, "uncollect", collection=made, post=FIRST)
    assert in_order(account, made) == [THIRD, SECOND]
    do(account, "collect", collection=made, post=FIRST, place=2)
    assert in_order(account, made) == [THIRD, FIRST, SECOND]


def test_a_post_is_in_it_once_and_its_note_can_be_changed(account: PartnerAccount) -> None:
    made = make(account, FIRST)
    do(account, "collect", collection=made, post=f"https://x.com/i/status/{FIRST}", note="The best one")
    (row,) = do(account, "collection", collection=made).outcome.rows
    assert (row.id, row.place, row.note) == (FIRST, 1, "The best one")


def test_a_file_s_words_that_show_nothing_are_none() -> None:
    carried = carry_in(
        f'{{"name": "\\u200b", "posts": [{{"post_id": "{FIRST}", "note": "\\u200b"}}]}}'.encode(), most=5
    )
    assert (carried.name, list(carried.posts)) == ("", [(FIRST, "")])


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_is_exported_is_imported_the_same(account: PartnerAccount, form: str) -> None:
    made = make(account, SECOND, FIRST)
    do(account, "collect", collection=made, post=FIRST, note='=1+1, said "Ana"\nand Ben')
    text = do(account, "export-collection", collection=made, format=form).outcome.facts["text"]
    copy = do(account, "import-collection", file=text.encode(), name="Copy").outcome.result
    ours, theirs = (do(account, "collection", collection=one).outcome.rows for one in (made, copy))
    assert [(row.id, row.note) for row in theirs] == [(row.id, row.note) for row in ours]


@pytest.mark.parametrize(
    "note", ["=HYPERLINK()", "+1", "-1", "@SUM(1)", "\t1", "\r=1", " =1", "\u3000＝1", "＋1", "'=1"]
)
def test_a_note_is_no_formula_to_a_spreadsheet(note: str) -> None:
    text = carry_out(Carried(name="", description="", posts=[(FIRST, note), (SECOND, "It's 1=1")]), form="csv")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[1:] == [[FIRST, f"'{note}"], [SECOND, "It's 1=1"]]
    assert carry_in(text.encode(), most=10).posts == [(FIRST, note), (SECOND, "It's 1=1")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"post_id,note\n1,ok\nhello,no", "Entry 3: “hello” is not X's id"),
        (b'{"posts": [{"post_id": 5}, {"post_id": true}]}', "Entry 2"),
        (b'{"posts": 7}', "no list “posts”"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"post_id,note\n1,a\x00b", "no text may hold"),
        (rb'{"name": "a\u0000b", "posts": []}', "no text may hold"),
        (rb'{"description": "a\ud800", "posts": []}', "no text may hold"),
        (rb'{"posts": [{"post_id": "1", "note": "\udfff"}]}', "no text may hold"),
        (b"\n".join(b"%d" % n for n in range(1, 13)), "at most 10 posts, not 12"),
    ],
)
def test_a_file_that_does_not_fit_is_told_where(content: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        carry_in(content, most=10)


def test_a_file_that_is_refused_leaves_a_failed_act(account: PartnerAccount) -> None:
    for file in (rb'{"name": "a\u0000b", "posts": []}', '{"name": "\ud800", "posts": []}'):
        with pytest.raises(BadInput):
            do(account, "import-collection", file=file)
    assert [act.outcome for act in AccountAct.objects.all()] == ["refused", "refused"]


def test_unexpected_trouble_leaves_no_act_begun(account: PartnerAccount) -> None:
    with connection.cursor() as cursor:  # as if somebody's migration had not run
        cursor.execute("ALTER TABLE twitter_integration_collection RENAME COLUMN description TO about")
    with pytest.raises(ProgrammingError):
        do(account, "create-collection", name="Praise")
    act = AccountAct.objects.get()
    assert (act.outcome, act.code) == ("failed", "trouble")


def test_two_of_one_name_are_refused_and_one_of_another_account_is_not_there(account: PartnerAccount) -> None:
    made = make(account)
    with pytest.raises(BadInput, match="a collection “Praise” already"):
        make(account)
    other = PartnerAccount.objects.create(
        address=make_address("900000000000000099"), app=account.app, page_id="900000000000000099", page_name="other"
    )
    with pytest.raises(BadInput, match="no such collection"):
        do(other, "collect", collection=made, post=FIRST)


def test_each_change_is_an_act_in_the_record(account: PartnerAccount) -> None:
    made = make(account, FIRST)
    do(account, "delete-collection", collection=made)
    acts = AccountAct.objects.order_by("id").values_list("action", "outcome", "dialect")
    assert list(acts) == [(name, "done", "") for name in ("create-collection", "collect", "delete-collection")]
