"""docs/console.md, out of the table itself."""

from collections.abc import Iterable

from twitter_integration.choices import Tier
from twitter_integration.console.action import Action, Scope
from twitter_integration.console.costing import dialects_of, tariff_of
from twitter_integration.console.table import GROUPS
from twitter_integration.metering.tariff import Tariff
from twitter_integration.offers import OFFERS, Dialect, Offer

_HEAD = """# Operating an account

Made by `manage.py x_account actions --markdown` from the code's own table; a test holds this page to it, and contract
tests prove every row in every dialect that has it. What an app may do is X's decision: the rows of
`twitter_integration/offers/` carry the day and X's page. One app that X treats otherwise says so on its page in the
admin (*what X offers this app otherwise*).

Each action is one word: for the command (`manage.py x_account WORD PAGE …`), for the API and for the pages. All do the
same and leave the same row in the record of acts. Where the tier forbids one, a sentence says so, and the link of the
last column opens the place on X where a person can do it.

- **Tiers**: S self-serve, P premium (what is left of it follows self-serve), E Enterprise.
- **Who**: *react* may everybody who answers customers, *operate* supervisors, *private* whoever may read private
  messages. *Who may act for it*, in an account's partner configuration, leaves everything on this page, *New post*
  and what stands on tickets besides answers (like, mute, …) to members of some groups. Answers on a ticket, public or
  private, are not meant: whoever may answer customers answers for every account.
- **?** X's pages are silent about the tier or contradict each other; the row is what is likely.
- **click**: a person confirms it, as X's automation rules or good sense want. **reason**: asked for, with an end if
  wished, on which the desk reminds: on the home of who set it (of supervisors, when that person is gone or may not act
  for the account any more), on the person's card and on the account's page, each with *Undo now* and *Keep it*. A
  reminder waits until it is answered; `keep` and the undoing stand in the record of acts. An undoing that its process
  did not live to end is asked for again after two minutes. What was unmuted or unblocked on X itself ends its reminder
  as soon as X's word is heard or read; the record says so (*End of a reminder*, by X).
- A page says what a reading costs before it asks X. What it read of posts, people and lists is told again for a day
  without asking X, to whoever may read it, and forgotten then, or before with whoever is forgotten; private messages
  are not kept. Whom and what was read is offered where a form wants a person or a post.
- A page that refuses or asks once more keeps what was typed and chosen: files for an hour, for who chose them alone.
- The same sheet is done once, however often it is handed in, and leads to the same page; with other words on it, it is
  another order. What is so already on X counts as done. A list of a name that is there is made once more only with
  `repeat`. A reason has at most 300 characters.
- What is *private* is told, in reminders, the record and a ticket's history, only to who may read private messages.
- Who is named by a *handle* is asked of X (one person read), for handles pass from one to another; who was seen within
  five minutes is not asked for again, except for *private*. Where X does not tell, the one person the desk knows by
  that handle is taken, and named; for *private*, or where it knows several or none, the id is wanted.
"""
_COLUMNS = "| Action | Word | Who | v2 | v1.1 | Price | By hand |\n|---|---|---|---|---|---|---|\n"
_LETTERS = {Tier.SELF_SERVE: "S", Tier.PREMIUM: "P", Tier.ENTERPRISE: "E"}
_SCOPES = {Scope.REACT: "react", Scope.OPERATE: "operate", Scope.PRIVATE: "private"}


def page() -> str:
    return _HEAD + "".join(_group(name, actions) for name, actions in GROUPS.items()) + "\n" + _sources()


def _group(name: str, actions: Iterable[Action]) -> str:
    actions = list(actions)
    notes = dict.fromkeys(action.lacking for action in actions if action.lacking)
    told = "".join(f"\n{_where_lacking(actions, note)}: {note}\n" for note in notes)
    return f"\n## {name}\n\n{_COLUMNS}" + "".join(_row(action) for action in actions) + told


def _where_lacking(actions: Iterable[Action], note: str) -> str:
    return ", ".join(f"`{action.name}`" for action in actions if action.lacking == note)


def _row(action: Action) -> str:
    marks = [word for word, is_so in (("click", action.confirm), ("reason", action.explain)) if is_so]
    words = action.label + (f" ({', '.join(marks)})" if marks else "")
    cells = [words, f"`{action.name}`", _SCOPES[action.scope], *_calls(action), _price(action), _by_hand(action)]
    return f"| {' | '.join(cells)} |\n"


def _calls(action: Action) -> list[str]:
    if not action.operation:
        return ["kept in Kapture", "kept in Kapture"]
    offer, dialects = OFFERS[action.operation], dialects_of(action)
    otherwise = "by v2, through the outbox" if action.door else "none"
    return [_call(offer, dialect) if dialect in dialects else otherwise for dialect in Dialect]


def _call(offer: Offer, dialect: Dialect) -> str:
    call = offer.call(dialect)
    assert call is not None
    tiers = " ".join(letter for tier, letter in _LETTERS.items() if tier in call.tiers)
    return f"{tiers}{' ?' if offer.unsure else ''} `{call.path}`"


def _price(action: Action) -> str:
    tariff = tariff_of(action)
    return "–" if tariff == Tariff.FREE else str(tariff.label).lower()


def _by_hand(action: Action) -> str:
    path = OFFERS[action.operation].by_hand if action.operation else ""
    return f"`{path}`" if path else "–"


def _sources() -> str:
    """Each page of X that a row rests on, with the day it was read."""
    used = {OFFERS[action.operation] for group in GROUPS.values() for action in group if action.operation}
    rows = sorted({(offer.source, offer.as_of.isoformat()) for offer in used})
    return "## Where it stands\n\n" + "".join(f"- {source} ({day})\n" for source, day in rows)
