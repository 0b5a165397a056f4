"""Rows without which the thing they belong to says or does nothing."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from kapture.admin_base import KnownRows


class OneAtLeast(KnownRows):
    """Refuses to keep none. `none`: what is said then."""

    none = gettext_lazy("Write one at least.")

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not kept:
            raise ValidationError(self.none)
