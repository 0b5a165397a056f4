"""What is said: words as often as in a language (Zipf), order numbers, one rare word and one that nearly all say."""

import random
from itertools import accumulate
from typing import Final

COMMON: Final = "order"
RARE: Final = "zirconium"
RARE_TIMES: Final = 20  # messages with it, however many there are

_KNOWN = """
    the to my is and for a it you not have i on with this order please parcel app where refund when delivery help no
    still again account today can waiting number late broken support thanks nobody answers phone money back yesterday
    driver login password invoice charge twice cancel subscription flight bag lost found gate email
"""
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dri flo gru pla ste tri"
_POOL = 1_000_000


class Speech:
    """Slices of a long run of words: a text costs a microsecond."""

    def __init__(self, chance: random.Random, *, vocabulary: int = 50_000) -> None:
        self.chance = chance
        syllables = _SYLLABLES.split()
        made = {"".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(vocabulary)}
        words = [*_KNOWN.split(), *sorted(made)]
        weights = list(accumulate(1 / (place + 3) for place in range(len(words))))
        self.pool = chance.choices(words, cum_weights=weights, k=_POOL)

    def say(self, *, most: int = 30) -> str:
        length = self.chance.randint(4, most)
        at = self.chance.randrange(_POOL - length)
        words = self.pool[at : at + length]
        if self.chance.random() < 0.3:
            words.append(COMMON)
        if self.chance.random() < 0.1:
            words.append(f"#{self.chance.randint(1_000_000, 99_999_999)}")
        return " ".join(words)
