"""What is wrong with a line of the query language, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets.finding.terms import NotUnderstood, Problem

_SENTENCES = {
    "long": gettext_noop("A search has at most {most} characters."),
    "many": gettext_noop("A search has at most {most} terms."),
    "many_values": gettext_noop("A term names at most {most} values."),
    "deep": gettext_noop("Brackets stand at most {most} deep within each other."),
    "unclosed": gettext_noop("This quotation mark is never closed."),
    "unclosed_bracket": gettext_noop(
        "This bracket is never closed. To look for what stands there as words, put it in quotation marks."
    ),
    "unopened": gettext_noop("This bracket was never opened."),
    "empty": gettext_noop("There is nothing within these brackets."),
    "alone": gettext_noop(
        "{told} stands between two things that are looked for. To look for it as a word, put it in quotation marks."
    ),
    "or": gettext_noop("“{told}” is looked for as a word. To find the one or the other, write OR."),
    "no_words": gettext_noop("There is nothing to look for in “{told}”: it holds no letter and no digit."),
    "short": gettext_noop("The beginning of a word needs at least {least} characters before the *."),
    "field": gettext_noop("There is no “{told}:” to search by. To look for it as words, put it in quotation marks."),
    "no_value": gettext_noop("“{field}:” needs a value right behind the colon."),
    "value": gettext_noop("“{field}:” knows no “{told}”. It knows: {known}."),
    "language": gettext_noop("There is no language “{told}”. Write its code or its English name: de, german."),
    "amount": gettext_noop("“{told}” is no number. Write >1000, <500, 1000..5000, 10k.. or 800."),
    "due": gettext_noop(
        "“{told}” is no time to be due. Write <2h, >1d, late, none, today, tomorrow, 2026-11-05 or 2026-11-05.."
    ),
    "when": gettext_noop(
        "“{told}” is no stretch of time. Write <2h (within), >7d (longer ago), today, yesterday, 2026-11-05,"
        " 2026-11-01..2026-11-05, 2026-11-01.. or ..2026-11-05."
    ),
    "promise": gettext_noop(
        "“{told}” is no stretch of time, nor one behind first:, next: or resolution:. Write 2026-11-01..2026-11-05,"
        " <7d, today, first:today or resolution:<7d."
    ),
    "name": gettext_noop("There is no {field} “{told}”."),
    "unoffered": gettext_noop("“{told}” is none of the tags that you are offered."),
    "clock": gettext_noop("With since, “{told}” cannot be asked for: it changes by the clock alone."),
}
# What a name is called that nothing has, where it is not called as its word.
_CALLED = {
    "assignee": gettext_noop("colleague"),
    "watching": gettext_noop("colleague"),
    "by": gettext_noop("colleague"),
    "sla": gettext_noop("SLA policy"),
    "search": gettext_noop("search query that found anything called"),
}


def sentence(problem: Problem) -> str:
    """What is wrong and, where something near is known, what may have been meant."""
    facts = dict(problem.facts)
    if problem.code == "name":
        facts["field"] = _(_CALLED.get(str(facts["field"]), str(facts["field"])))
    told = _(_SENTENCES[problem.code]).format(**facts)
    asks = problem.meant and problem.code != "or"  # which says it
    meant = _("Did you mean {meant}?").format(meant=problem.meant)
    return f"{told} {meant}" if asks else told


def placed(fault: NotUnderstood) -> list[str]:
    """For programs and lines without marks: each with its place, counted as people do."""
    at = _("(at character {place})")
    return [f"{sentence(problem)} {at.format(place=problem.start + 1)}" for problem in fault.problems]
