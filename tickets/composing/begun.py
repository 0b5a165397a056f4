"""As what words were begun: for everybody, for one person, or for colleagues only. What was ever meant for fewer people
stays meant for them until it is confirmed. Pure."""

from tickets.choices import DraftMode

_FEWER = (DraftMode.POST, DraftMode.PUBLIC, DraftMode.PRIVATE, DraftMode.NOTE)


def for_fewest(*modes: str) -> str:
    """Of these ways to write the one that is meant for the fewest; what is none does not count."""
    return max(filter(None, modes), key=lambda mode: _FEWER.index(DraftMode(mode)), default="")


def begun_as(mode: str, text: str, *, told: str, before: str, words: str, files: bool) -> str:
    """Of what is kept under `mode`. `told`: as what whoever sends it says it was begun. `before`, `words` and `files`:
    as what it was begun that was kept until now, its words, and whether files are with it. Where nothing was, it begins
    now; so do other words than those, but files that were meant for one person stay so under a note."""
    if not (words.strip() or files):
        return for_fewest(mode, told)
    began = for_fewest(before, told)
    if goes_on(words.strip(), text.strip()) or (files and began == DraftMode.PRIVATE):
        return began
    return for_fewest(began, mode)


def goes_on(words: str, text: str) -> bool:
    """Whether it is more of these words, or less; nothing is nothing new."""
    return not text or words.startswith(text) or (bool(words) and text.startswith(words))
