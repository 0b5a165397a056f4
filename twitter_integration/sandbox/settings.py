"""An account's settings, as X keeps them: their names, what they may be, what they begin with. v2's names throughout;
v1.1's are in api/classic_account.py. Protection and the inbox are part of the person, since others meet with them."""

import json
from dataclasses import dataclass
from typing import Any

from twitter_integration.sandbox import users
from twitter_integration.sandbox.store import Store
from twitter_integration.sandbox.users import User

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`start`: what it begins with. `choices`: what it may be, where that is a word of a fixed list."""

    start: Any
    choices: tuple[str, ...] = ()


ACCOUNT = {
    "language": Setting(start="en"),
    "protected": Setting(start=False),
    "location_tagging_enabled": Setting(start=False),
    "discoverable_by_email": Setting(start=False),
    "discoverable_by_phone": Setting(start=False),
    "display_sensitive_media": Setting(start=False),
    "use_cookie_personalization": Setting(start=False),
    "always_allow_dms_from_subscribers": Setting(start=True),
    "allow_dms_from": Setting(start="all", choices=("all", "following", "verified")),
    "allow_media_tagging": Setting(start="all", choices=("all", "following", "none")),
    "quiet_hours": Setting(start={"enabled": False, "start_hour": 22, "end_hour": 7}),
    "time_zone": Setting(start={"name": "Europe/Lisbon"}),
}
"""X names the values of neither list; these are v1.1's."""
CHAT = {
    "always_allow_dms_from_subscribers": ACCOUNT["always_allow_dms_from_subscribers"],
    "allow_dms_from": ACCOUNT["allow_dms_from"],
    "dm_receipt_settings": Setting(start="all_enabled", choices=("all_enabled", "all_disabled")),
    "dm_quality_filter": Setting(start="enabled", choices=("enabled", "disabled")),
    "av_settings": Setting(start="following", choices=("all", "following", "none")),
}

CLASSIC = {"trend_location_woeid": Setting(start=1)}
"""What only v1.1 knows."""


class SettingError(ValueError):
    """A setting X does not have, or a value it cannot take; `name` is the setting."""

    def __init__(self, words: str, *, name: str) -> None:
        super().__init__(words)
        self.name = name


def read(store: Store, user: User, known: dict[str, Setting]) -> Json:
    """All settings of a family."""
    rows = store.rows("SELECT name, value FROM setting WHERE user_id = ?", (user.id,))
    stored = {row["name"]: json.loads(row["value"]) for row in rows}
    found = {name: stored.get(name, setting.start) for name, setting in known.items()}
    person = users.get(store, user.id)
    if "protected" in found:
        found["protected"] = person.protected
    if not person.accepts_dm and found["allow_dms_from"] == "all":
        found["allow_dms_from"] = "following"
    return found


def change(store: Store, user: User, given: Json, known: dict[str, Setting]) -> Json:
    """Change what is given and nothing else; all or nothing. Returns all settings of the family."""
    before = read(store, user, known)
    checked = {name: _checked(name, value, known) for name, value in given.items()}
    whole = {name: before[name] | value if isinstance(value, dict) else value for name, value in checked.items()}
    with store.transaction():
        for name, value in whole.items():
            sql = "INSERT OR REPLACE INTO setting (user_id, name, value) VALUES (?, ?, ?)"
            store.run(sql, (user.id, name, json.dumps(value)))
            if name == "protected":
                users.change(store, user, column="protected", value=int(value))
            elif name == "allow_dms_from":
                users.change(store, user, column="accepts_dm", value=int(value == "all"))
    return read(store, user, known)


def _checked(name: str, value: Any, known: dict[str, Setting]) -> Any:
    setting = known.get(name)
    if setting is None:
        raise SettingError(f"$.{name}: is not defined in the schema and the schema does not allow it", name=name)
    if type(value) is not type(setting.start):
        raise SettingError(f"$.{name}: has the wrong type", name=name)
    if setting.choices and value not in setting.choices:
        words = f"$.{name}: does not have a value in the enumeration [{', '.join(setting.choices)}]"
        raise SettingError(words, name=name)
    if isinstance(value, dict):
        for part, inner in value.items():
            _check_part(f"{name}.{part}", inner, start=setting.start.get(part))
    return value


def _check_part(name: str, value: Any, *, start: Any) -> None:
    """Parts of quiet hours and of the time zone: hours run from 0 to 23."""
    wrong_hour = name.endswith("_hour") and not (isinstance(value, int) and 0 <= value <= 23)
    if start is None or type(value) is not type(start) or wrong_hour:
        raise SettingError(f"$.{name}: is not valid", name=name)
