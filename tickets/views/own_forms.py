"""What people send to sign in, by a second factor too, and from their own settings."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from tickets.choices import Theme


class _Dressed(forms.Form):
    """A form of Django's own whose fields look as the desk's do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"


class SignInForm(_Dressed, AuthenticationForm):
    """To sign in."""


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=Theme.choices)


class PersonalForm(forms.Form):
    """How somebody wants to see the desk, and work at it."""

    time_zone = forms.CharField(max_length=60, required=False)
    theme = forms.ChoiceField(choices=Theme.choices)
    language = forms.CharField(max_length=8, required=False)
    single_keys = forms.BooleanField(required=False)


class PasswordForm(_Dressed, PasswordChangeForm):
    """Another password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].widget.attrs.pop("autofocus", None)


class _OneWordForm(forms.Form):
    """A field that is checked by what it is for: empty is as wrong as any other word."""

    field = ""

    def typed(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(self.field, ""))


class CodeForm(_OneWordForm):
    code = forms.CharField(required=False, max_length=40)
    field = "code"


class PasswordOnceForm(_OneWordForm):
    password = forms.CharField(required=False, max_length=4_096, strip=False)
    field = "password"
