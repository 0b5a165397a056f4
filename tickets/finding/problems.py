"""What is wrong with a line of the query language, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets.finding.query import Problem

_SENTENCES = {
    "long": gettext_noop("A search has at most {most} characters."),
    "many": gettext_noop("A search has at most {most} terms."),
    "many_values": gettext_noop("A term names at most {most} values."),
    "unclosed": gettext_noop("This quotation mark is never closed."),
    "no_words": gettext_noop("There is nothing to look for in “{told}”: it holds no letter and no digit."),
    "short": gettext_noop("The beginning of a word needs at least {least} characters before the *."),
    "field": gettext_noop("There is no “{told}:” to search by. To look for it as words, put it in quotation marks."),
    "no_value": gettext_noop("“{field}:” needs a value right behind the colon."),
    "value": gettext_noop("“{field}:” knows no “{told}”. It knows: {known}."),
    "due": gettext_noop("“{told}” is no time to be due. Write <2h, >1d, late, none, today, tomorrow or 2026-11-05."),
    "when": gettext_noop(
        "“{told}” is no stretch of time. Write <2h (within), >7d (longer ago), today, yesterday, 2026-11-05 or"
        " 2026-11-01..2026-11-05."
    ),
    "name": gettext_noop("There is no {field} “{told}”."),
    "number": gettext_noop("There is no such number."),
}


def sentence(problem: Problem) -> str:
    """What is wrong and, where something near is known, what may have been meant."""
    told = _(_SENTENCES[problem.code]).format(**problem.facts)
    return f"{told} {_('Did you mean {meant}?').format(meant=problem.meant)}" if problem.meant else told


def placed(problem: Problem) -> str:
    """For programs and lines without marks: with the place, counted as people do."""
    return f"{sentence(problem)} {_('(at character {place})').format(place=problem.start + 1)}"
