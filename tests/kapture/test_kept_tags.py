"""Words, addresses and places that are kept say what Django's own tags say."""

from typing import Any

import pytest
from django.template import Context, Template, engines
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.utils.translation import override

from kapture.addresses import address_of


def drawn(text: str, **told: Any) -> str:
    return Template("{% load i18n static %}" + text).render(Context(told))


def test_words_are_told_in_the_language_of_each_reader() -> None:
    words = "{% translate 'Password' %}, {% translate words %}, {% trans 'Home' as there %}{{ there }}"
    page = Template("{% load i18n %}" + words)
    said: dict[str, str] = {}
    for language in ("en", "de", "en", "de"):
        with override(language):
            told = page.render(Context({"words": "Username"}))
            assert said.setdefault(language, told) == told
    assert said["en"] == "Password, Username, Home" and said["de"].startswith("Passwort, Benutzername, ")


def test_words_with_signs_are_told_as_django_tells_them() -> None:
    assert drawn("{% translate '100 % <b> & so on' %}") == "100 % <b> & so on"
    assert drawn("{% translate 'Home' noop %}|{% translate 'May' context 'month name' %}") == "Home|May"


@pytest.mark.parametrize(
    ("text", "told", "address"),
    [
        ("{% url 'tickets' %}", {}, "/tickets/"),
        ("{% url 'ticket' n %}", {"n": 7}, "/tickets/7/"),
        ("{% url 'ticket' n %}", {"n": "7"}, "/tickets/7/"),
        ("{% url 'checklist_item' n m %}", {"n": 7, "m": 7}, "/tickets/7/checklist/7/"),
        ("{% url 'deed' n 'like' %}", {"n": 7}, "/tickets/7/do/like/"),
        ("{% url where %}", {"where": "home"}, "/"),
        ("{% url 'ticket' number=n %}", {"n": 7}, "/tickets/7/"),
        ("{% url 'ticket' n as there %}[{{ there }}]", {"n": 7}, "[/tickets/7/]"),
    ],
)
def test_addresses_are_those_of_django(text: str, told: dict[str, Any], address: str) -> None:
    for _twice in range(2):
        assert drawn(text, **told) == address


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        drawn("{% url 'ticket' n %}", n="")
    with pytest.raises(NoReverseMatch):
        drawn("{% url 'ticket' %}")


def test_another_place_of_the_site_has_other_addresses() -> None:
    try:
        for prefix in ("/desk/", "/", "/desk/"):
            set_script_prefix(prefix)
            assert address_of("ticket", 12) == reverse("ticket", args=[12]) == f"{prefix}tickets/12/"
    finally:
        set_script_prefix("/")


def test_files_of_ours_lie_where_django_says() -> None:
    for _twice in range(2):
        assert drawn("{% static 'icon.svg' %}|{% static name %}", name="icon.svg") == "|".join([static("icon.svg")] * 2)


def test_they_stand_in_the_place_of_those_of_django() -> None:
    libraries = engines["django"].engine.libraries  # type: ignore[attr-defined]  # of Django's own backend
    assert libraries["i18n"] == libraries["static"] == "kapture.kept_tags"
