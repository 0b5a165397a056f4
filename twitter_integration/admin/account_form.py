"""The form of an account: its keys as secrets, its page as people write it, and the helpdesk's half of it."""

from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from tickets.models import Address
from twitter_integration.accounts import purge_first
from twitter_integration.admin.effects import read_effects
from twitter_integration.admin.placements import read_placements
from twitter_integration.admin.secrets import SecretsForm, secret_field
from twitter_integration.models import PartnerAccount
from twitter_integration.setup.provisioning import CannotProvision, read_handle

ADDRESS_FIELDS = (
    "name",
    "queue",
    "folder",
    "sla_policy",
    "public_window_hours",
    "private_window_hours",
    "after_resolution",
    "merge_conversation",
    "merge_same_words",
    "merge_within_minutes",
    "resolve_silent_days",
    "close_resolved_days",
)
SPEAKERS = "speakers"


class PartnerAccountForm(SecretsForm):
    new_access_token = secret_field(gettext_lazy("OAuth access token"))
    new_access_token_secret = secret_field(gettext_lazy("OAuth access token secret"))
    page_name = forms.CharField(
        label=gettext_lazy("Page name"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The handle: acme, @acme or https://x.com/acme."),
    )
    secrets = {"new_access_token": "access_token", "new_access_token_secret": "access_token_secret"}
    demanded = ("new_access_token", "new_access_token_secret")

    class Meta:
        model = PartnerAccount
        fields = ("page_id", "page_name", "app", "enabled", "paused")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            kept = model_to_dict(self.instance.address, fields=(*ADDRESS_FIELDS, SPEAKERS))
            kept = {**kept, **read_effects(self.instance.address.effects)}
            self.initial = {**kept, **read_placements(self.instance.address), **self.initial}

    def clean(self) -> dict[str, Any]:
        """The helpdesk's half by its own rules: a model form asks those of its own model only."""
        cleaned = super().clean()
        if self.instance.is_purge_unfinished and self.given():
            self.add_error(None, purge_first(self.instance))
        given = {name: cleaned[name] for name in ADDRESS_FIELDS if name in cleaned}
        try:
            Address(**given).clean_fields(exclude={field.name for field in Address._meta.fields} - given.keys())
        except forms.ValidationError as refusal:
            self.add_error(None, refusal)
        return cleaned

    def clean_page_id(self) -> str:
        page_id = str(self.cleaned_data["page_id"]).strip()
        if not page_id.isascii() or not page_id.isdigit():
            raise forms.ValidationError(
                _("The Page ID is X's numeric user id. Connecting from the X app's page finds it out.")
            )
        return page_id

    def clean_page_name(self) -> str:
        """As people give it: the handle with or without @, or the address of the page on X."""
        try:
            return read_handle(str(self.cleaned_data["page_name"]))
        except CannotProvision as error:
            raise forms.ValidationError(str(error)) from None
