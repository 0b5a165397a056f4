"""What each kind of activity does at one account: a choice per kind on the account's page, kept on its address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget

from tickets.choices import Effect
from twitter_integration.events import Kind
from twitter_integration.facts.activities import ACTIVITIES

_PREFIX = "effect_"
CHOOSABLE = tuple(kind for kind, activity in ACTIVITIES.items() if activity.choices)
EFFECT_FIELDS = tuple(f"{_PREFIX}{kind.value}" for kind in CHOOSABLE)


def effect_fields() -> dict[str, forms.Field]:
    return {f"{_PREFIX}{kind.value}": _field(kind) for kind in CHOOSABLE}


def read_effects(effects: Mapping[str, str]) -> dict[str, str]:
    """Initial values of the fields; empty stands for the default."""
    return {f"{_PREFIX}{kind.value}": effects.get(kind.value, "") for kind in CHOOSABLE}


def chosen_effects(cleaned: Mapping[str, Any]) -> dict[str, str]:
    """What to keep: only what differs from the default, so that who chose nothing follows it when it changes."""
    chosen = {kind.value: cleaned.get(f"{_PREFIX}{kind.value}", "") for kind in CHOOSABLE}
    return {kind: effect for kind, effect in chosen.items() if effect and effect != ACTIVITIES[Kind(kind)].default}


def _field(kind: Kind) -> forms.Field:
    activity = ACTIVITIES[kind]
    default = Effect(activity.default).label
    choices = [("", _("As usual: {effect}").format(effect=default))]
    choices += [(choice, str(Effect(choice).label)) for choice in activity.choices if choice != activity.default]
    return forms.ChoiceField(
        label=_(activity.title),
        choices=choices,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_(activity.effect),
    )
