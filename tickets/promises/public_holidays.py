"""The public holidays of a country or one of its regions, by year. No network: they come with the library."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from kapture.words import Sentence, gettext_noop


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """`country` as ISO 3166-1 has it (`DE`), `region` as ISO 3166-2 has it behind the country (`BY`); may be empty."""

    country: str
    region: str = ""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and bool(self.country) and day in _of_year(self.country, self.region, day.year)

    def name(self, day: date) -> str:
        return _of_year(self.country, self.region, day.year).get(day, "") if self.country else ""


@lru_cache(maxsize=512)
def _of_year(country: str, region: str, year: int) -> dict[date, str]:
    """Made whole before anybody sees it: threads share it."""
    return dict(holidays.country_holidays(country, subdiv=region or None, years=year))


def fault_of(country: str, region: str) -> tuple[str, str] | None:
    """Which of the two is unknown ("country" or "region"), and what to write instead; None when both are known."""
    known = holidays.list_supported_countries()
    if not country:
        return ("region", Sentence(gettext_noop("Name the country too."))) if region else None
    if country not in known:
        return "country", Sentence(
            gettext_noop("No holidays are known of {country!r}. Write two letters: DE, FR, US …"), country=country
        )
    if region and region not in known[country]:
        regions = ", ".join(known[country]) or "none"
        return "region", Sentence(
            gettext_noop("{country} has no region {region!r}. Regions: {regions}."),
            country=country,
            region=region,
            regions=regions,
        )
    return None
