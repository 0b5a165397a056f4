"""What a reconciliation found, stream by stream, and when that may be called complete. Data only."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from twitter_integration import amounts
from twitter_integration.models import PartnerAccount


@dataclass(slots=True, kw_only=True)
class Compared:
    """One stream. `on_x` were listed by X; `missing` of them we did not have, `fetched` of those we have now;
    `vanished` we hold and X lists no more; `untold` the webhook should have told by now, which X is to replay, unless
    there is `no_replay`. `asked_at`: when X last answered, by its clock. `beyond`: it may use more than the day's
    budget."""

    stream: str
    since: datetime
    on_x: int = 0
    held: int = 0
    missing: int = 0
    fetched: int = 0
    late: int = 0
    vanished: int = 0
    untold: int = 0
    no_replay: str = ""
    unreadable: int = 0
    complete_until: datetime | None = None
    reached: datetime | None = None  # X's list ended there, before `since`
    problem: str = ""
    cannot_compare: list[str] = field(default_factory=list)
    asked_at: datetime | None = None
    beyond: bool = False

    @property
    def complete(self) -> bool:
        return not self.problem and self.missing == self.fetched and not self.unreadable

    def as_json(self) -> dict[str, Any]:
        facts = {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }
        return facts | {"complete": self.complete}


def why_incomplete(report: Mapping[str, Any]) -> str:
    """What the last comparison of a stream, as it was kept, left open; empty when it was complete or never made."""
    if report.get("complete", not report.get("problem")):
        return ""
    if problem := str(report.get("problem") or ""):
        return problem
    lacking, unreadable = report.get("missing", 0) - report.get("fetched", 0), report.get("unreadable", 0)
    parts = [_("{what} that X lists could not be fetched").format(what=amounts.things(lacking))] if lacking else []
    parts += [_("{what} could not be read").format(what=amounts.items(unreadable))] if unreadable else []
    return f"{', '.join(parts)}."


def never_answered(report: Mapping[str, Any]) -> bool:
    """Whether X answered nothing when it was to be compared: then nothing was."""
    return bool(report.get("problem")) and report.get("asked_at", "") is None


def open_since(report: Mapping[str, Any]) -> datetime | None:
    """From when on the last comparison left something open that may still be compared; None when it did not."""
    began = report.get("reached") or report.get("since")
    return datetime.fromisoformat(began) if began and why_incomplete(report) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    account: PartnerAccount
    streams: list[Compared]
    next_due: datetime  # when the worker compares again by itself

    @property
    def complete(self) -> bool:
        return all(stream.complete for stream in self.streams)

    @property
    def complete_until(self) -> datetime | None:
        """The moment up to which every stream is complete; None while one is not."""
        moments = [stream.complete_until for stream in self.streams]
        return min((m for m in moments if m is not None), default=None) if self.complete and all(moments) else None

    def as_json(self) -> dict[str, Any]:
        until = self.complete_until
        return {
            "account": self.account.page_name,
            "complete": self.complete,
            "complete_until": until.isoformat() if until else None,
            "next_due": self.next_due.isoformat(),
            "streams": [stream.as_json() for stream in self.streams],
        }
