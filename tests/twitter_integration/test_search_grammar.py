"""X's search language: what is a query, what is not, and where it goes wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitter_integration.reading.search_grammar import (
    Either,
    Every,
    Node,
    Term,
    WrongQuery,
    check,
    compose,
    render,
    terms,
)

GOOD = [
    "acme",
    "acme refund",
    '"lost bag" OR refund',
    "#acmeair -is:retweet",
    "@acmehelp_demo OR from:ana_demo OR to:900000000000000002",
    "acme (late OR cancelled) -has:links lang:en",
    "e-mail acme",
    "$ACME earnings",
    '(😃 OR "so happy") acme',
    "acme point_radius:[-9.14 38.72 25km]",
    'url:"https://status.acme.example" -from:acmehelp_demo',
    "acme followers_count:1000..500000 -is:nullcast",
    "acme (lang:en OR lang:de)",
]
WRONG = [
    ("\u202e", 0, "Nothing here can be seen"),
    ("cats \u200b\u202e", 5, "Nothing here can be seen"),
    ('"\u202e "', 0, "nothing between these quotation marks"),
    ("", 0, "empty"),
    ("acme OR", 6, "after the last OR"),
    ("OR acme", 0, "before this OR"),
    ("acme OR OR late", 8, "between these two OR"),
    ("(((", 2, "after this parenthesis"),
    ("acme (late OR", 12, "after the last OR"),
    ("acme (late", 5, "never closed"),
    ("acme late)", 9, "closes nothing"),
    ("acme ()", 6, "between these parentheses"),
    ('acme "late', 5, "never closed"),
    ('acme ""', 5, "between these quotation marks"),
    ("acme - late", 5, "right before the word"),
    ("acme -(late OR early)", 5, "cannot exclude a group"),
    ("acme AND late", 5, "space means AND"),
    ("acme NOT late", 5, "small letters"),
    ("colour:red", 0, "no operator colour:"),
    ("from:", 0, "needs a value"),
    ("from:not-a-handle", 0, "a handle or a user id"),
    ("acme is:angry", 5, "There is no is:angry"),
    ("acme lang:he", 5, "lang:iw"),
    ("acme conversation_id:abc", 5, "a post's id"),
    ("has:media", 0, "alone"),
    ("acme OR has:media", 8, "alone"),
    ("-acme", 1, "alone"),
    ("acme is:nullcast", 5, "minus before it"),
    ("acme lang:en lang:de", 13, "one language"),
    ("acme “late”", 5, "straight quotation marks"),
    ("acme @not-one", 5, "no handle"),
    ("a" * 513, 512, "512 characters"),
    ("(" * 21 + "a" + ")" * 21, 20, "nested"),
]


@pytest.mark.parametrize("query", GOOD)
def test_a_query_of_x_is_taken(query: str) -> None:
    assert render(check(query)) == query


@pytest.mark.parametrize(("query", "position", "words"), WRONG)
def test_a_wrong_query_is_refused_at_its_place(query: str, position: int, words: str) -> None:
    with pytest.raises(WrongQuery) as caught:
        check(query)
    assert (caught.value.position, words in caught.value.sentence) == (position, True)
    assert f"(at character {position + 1})" in str(caught.value)


def test_a_space_binds_tighter_than_or() -> None:
    assert check("a b OR c") == Either((Every((Term("a"), Term("b"))), Term("c")))


def test_a_language_narrows_every_alternative() -> None:
    assert compose("late  OR cancelled", language="en") == "(late OR cancelled) lang:en"
    assert compose("acme late", language="en") == "acme late lang:en"
    assert compose("acme late") == "acme late"


def test_a_language_x_does_not_know_is_refused_without_a_place_in_the_text() -> None:
    with pytest.raises(WrongQuery, match=r"X knows no language “xx”\.$"):
        compose("late", language="xx")


words = st.from_regex(r"[a-z0-9äéß]{1,8}", fullmatch=True)
standing = st.one_of(
    words.map(Term),
    words.map(lambda word: Term(f"#{word}")),
    st.from_regex(r"@[a-z_]{1,15}", fullmatch=True).map(Term),
    st.from_regex(r"[a-z]{1,6} [a-z]{1,6}", fullmatch=True).map(lambda text: Term(text, quoted=True)),
    st.from_regex(r"[a-z_]{1,15}", fullmatch=True).map(lambda handle: Term(handle, operator="from")),
)
leaning = st.one_of(
    st.sampled_from(["retweet", "reply", "quote"]).map(lambda word: Term(word, operator="is")),
    st.sampled_from(["media", "links"]).map(lambda word: Term(word, operator="has", negated=True)),
    words.map(lambda word: Term(word, negated=True)),
)


def _rows(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    row = st.tuples(inner, st.lists(st.one_of(inner, leaning), min_size=1, max_size=3))
    rows = row.map(lambda pair: Every((pair[0], *pair[1])))
    return st.one_of(rows, st.lists(inner, min_size=2, max_size=3).map(lambda parts: Either(tuple(parts))))


queries = st.recursive(standing, _rows, max_leaves=8)


@given(queries)
def test_every_query_that_can_be_built_is_read_back_as_it_is(node: Node) -> None:
    text = render(node)
    if len(text) <= 512:
        again = check(text)
        assert render(again).replace("(", "").replace(")", "") == text.replace("(", "").replace(")", "")
        assert terms(again) == terms(node)


@given(st.text(max_size=600))
def test_any_text_is_either_a_query_or_refused_within_it(text: str) -> None:
    try:
        check(text)
    except WrongQuery as error:
        assert error.position is not None and 0 <= error.position <= len(text) and error.sentence.endswith(".")


@given(st.text(alphabet='ab ()"-:#@$ORisfrom[]', max_size=40))
def test_whatever_is_taken_is_taken_again_as_rendered(text: str) -> None:
    try:
        node = check(text)
    except WrongQuery:
        return
    assert render(check(render(node))) == render(node)


@given(queries, st.data())
def test_a_lost_parenthesis_is_always_noticed(node: Node, data: st.DataObject) -> None:
    text = render(node)
    places = [at for at, sign in enumerate(text) if sign in "()"]
    if places and len(text) <= 512:
        gone = data.draw(st.sampled_from(places))
        with pytest.raises(WrongQuery):
            check(text[:gone] + text[gone + 1 :])
