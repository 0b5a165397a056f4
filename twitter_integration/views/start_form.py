"""The app's keys as the first run asks for them. Secrets are entered, and never sent back."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twitter_integration.choices import Tier
from twitter_integration.models import XApp
from twitter_integration.monitoring.health import ACCOUNT_ACTIVITY_ENDS, TOLD_BEFORE
from twitter_integration.registering.choices import Registration
from twitter_integration.setup.credentials import is_credential
from twitter_integration.setup.provisioning import AppFacts

_WHOLE = {"class": "input", "autocomplete": "off", "spellcheck": "false"}
_WAYS = (
    (Registration.X_ACTIVITY, gettext_lazy("X Activity")),
    (Registration.V2, gettext_lazy("Account Activity (ends on 1 January 2027)")),
    (Registration.ENTERPRISE, gettext_lazy("Account Activity of API v1.1 (Enterprise; ends on 1 January 2027)")),
)


def _refuse_what_x_never_gave(value: str) -> None:
    if not is_credential(value):
        raise forms.ValidationError(_("Keys of X hold no blanks, accents or invisible characters: copy it once more."))


class KeysForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the app"), max_length=80, widget=forms.TextInput(attrs=_WHOLE))
    consumer_key = forms.CharField(
        label=gettext_lazy("API key (consumer key)"),
        max_length=100,
        validators=[_refuse_what_x_never_gave],
        widget=forms.TextInput(attrs=_WHOLE),
    )
    consumer_secret = forms.CharField(
        label=gettext_lazy("API key secret (consumer secret)"),
        max_length=500,
        required=False,
        validators=[_refuse_what_x_never_gave],
        widget=forms.PasswordInput(attrs=_WHOLE | {"autocomplete": "new-password"}),
    )
    tier = forms.ChoiceField(
        label=gettext_lazy("Access level at X"), choices=Tier, widget=forms.Select(attrs={"class": "input"})
    )
    registration = forms.ChoiceField(
        label=gettext_lazy("How X tells us"), choices=_WAYS, widget=forms.Select(attrs={"class": "input"})
    )

    def __init__(self, data: Any = None, *, app: XApp | None, now: datetime) -> None:
        self.app = app
        super().__init__(data, auto_id="start-%s", initial=_known(app) if app else _sensible(now))
        if app is None:
            self.fields["consumer_secret"].required = True
        else:
            self.fields["name"].disabled = True  # by it the app is found
            self._allow_what_it_has(app)

    def _allow_what_it_has(self, app: XApp) -> None:
        ways = self.fields["registration"]
        assert isinstance(ways, forms.ChoiceField)
        if app.registration not in dict(_WAYS):
            ways.choices = [*_WAYS, (app.registration, app.get_registration_display())]

    def facts(self) -> AppFacts:
        """As a valid form has it. With other keys, what hung on the old ones is asked anew."""
        given = self.cleaned_data
        secret = given["consumer_secret"] or None
        other = secret is not None or self.app is None or self.app.consumer_key != given["consumer_key"]
        return AppFacts(
            name=given["name"],
            consumer_key=given["consumer_key"],
            consumer_secret=secret,
            bearer_token="" if other else None,
            registration=given["registration"],
            tier=given["tier"],
        )


def _known(app: XApp) -> dict[str, str]:
    return {
        "name": app.name,
        "consumer_key": app.consumer_key,
        "tier": app.tier,
        "registration": app.registration,
    }


def _sensible(now: datetime) -> dict[str, str]:
    """Nobody begins with what ends before long."""
    ends_soon = now > ACCOUNT_ACTIVITY_ENDS - TOLD_BEFORE
    return {
        "name": "Kapture",
        "tier": Tier.SELF_SERVE,
        "registration": Registration.X_ACTIVITY if ends_soon else Registration.V2,
    }
