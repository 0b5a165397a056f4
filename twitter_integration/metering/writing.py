"""What writing costs, by the prices that hold for an account: nothing where it does not pay by use. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from twitter_integration.metering.counting import tariff_of_post
from twitter_integration.metering.tariff import Tariff

Rates = Mapping[str, Decimal]  # US dollars for one thing, by its tariff


def cost_of_writing(rates: Rates, texts: Sequence[str], *, private: bool, answers: bool) -> Decimal:
    """US dollars for sending these, one after the other: in public whatever follows the first answers it."""
    tariffs = [
        Tariff.MESSAGE if private else tariff_of_post(text, answers=answers or number > 0)
        for number, text in enumerate(texts)
    ]
    return sum((rates.get(tariff, Decimal(0)) for tariff in tariffs), Decimal(0))
