"""Secrets on a form: entered, never shown. An empty field keeps what is there; its end is shown to recognise it by."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget

from kapture.sealing import CannotOpen, Secret
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.setup.credentials import is_credential

# Left out of every list and loaded one by one: a page must also open when their key is lost.
ACCOUNT_SECRETS = PartnerAccount.SEALED
APP_SECRETS = XApp.SEALED


_WHERE_FROM = gettext_lazy(
    "Nothing can be asked of X without it. It stands at developer.x.com, on the app's page under “Keys and tokens”."
)


def refuse_what_x_never_gave(value: str) -> None:
    if not is_credential(value):
        raise forms.ValidationError(_("Keys and tokens of X hold no blanks, accents or invisible characters."))


def secret_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=True,
        max_length=500,
        validators=[refuse_what_x_never_gave],
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
    )


def describe_kept(row: Model, name: str) -> str:
    """What stands in a secret column, for people: its last four characters at most."""
    if row.pk is None:
        return ""
    try:
        value: Secret | None = getattr(row, name)
    except CannotOpen:
        return _("The one kept cannot be opened with today's ENCRYPTION_KEYS; enter it anew.")
    if not value:
        return _("None is kept.")
    return _("One is kept, ending in %(end)s. Leave empty to keep it.") % {"end": value.ending}


class SecretsForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    """`secrets` maps form fields to the columns they replace; `demanded` names those a new row must have."""

    secrets: dict[str, str] = {}
    demanded: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, column in self.secrets.items():
            if name in self.fields:
                self.fields[name].help_text = describe_kept(self.instance, column)
        for name in self.demanded if self.instance.pk is None else ():
            self.fields[name].required = True  # which also marks it
            self.fields[name].error_messages["required"] = _WHERE_FROM

    def clean(self) -> dict[str, Any]:
        return super().clean() or self.cleaned_data

    def given(self) -> dict[str, str]:
        """Column → new secret, of those that were entered."""
        return {column: self.cleaned_data[name] for name, column in self.secrets.items() if self.cleaned_data.get(name)}
