"""Networks in a setting: written as people write them, or refused before anything runs."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kapture.networks import named


def test_networks_are_read_as_people_write_them() -> None:
    assert named("NETS", []) == named("NETS", ["", " "]) == []
    assert named("NETS", [" 192.168.0.0/16", "10.1.2.3/8 ", "::1"]) == ["192.168.0.0/16", "10.0.0.0/8", "::1/128"]


@pytest.mark.parametrize("wrong", ["10.0.0.0/33", "10.0.0.0/8 192.168.0.0/16", "here", "10.0"])
def test_what_is_none_is_refused_by_the_name_of_the_setting(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="NETS"):
        named("NETS", ["10.0.0.0/8", wrong])
