"""Templates that are written on many lines and drawn on one."""

import pytest
from django.template import Context, Template, TemplateSyntaxError


def test_indents_are_dropped_wherever_they_stand_and_spaces_of_a_line_stay() -> None:
    lines = "{% tight %}<p>\n  {% if on %}\n    <b>a</b> <i>b</i>\n  {% endif %}\n</p>{% endtight %}\n<hr>"
    assert Template(lines).render(Context({"on": True})) == "<p><b>a</b> <i>b</i></p>\n<hr>"


def test_what_people_wrote_keeps_its_lines() -> None:
    assert (
        Template("{% tight %}<p>\n{{ text }}</p>{% endtight %}").render(Context({"text": "a\n  b"})) == "<p>a\n  b</p>"
    )


def test_it_has_an_end() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% tight %}<p>")
