"""What the admin refuses, in words: a tree that bites its tail, and an installation that nobody may set up any more."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.admin.test_two_administrators import address_of, typed_on
from tests.factories import PASSWORD, make_folder

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("deep", [0, 1, 2])
def test_a_folder_does_not_lie_in_itself_at_any_depth(boss: Client, deep: int) -> None:
    line = [make_folder("Baggage")]
    for name in ("Delayed", "Short"):
        folder = make_folder(name)
        folder.parent = line[-1]
        folder.save()
        line.append(folder)
    answer = boss.post(address_of(line[0]), typed_on(boss, line[0]) | {"parent": [str(line[deep].pk)]})
    assert "A folder lies neither in itself nor in one that lies in it." in answer.content.decode()
    line[0].refresh_from_db()
    assert line[0].parent is None
    assert boss.post(address_of(line[2]), typed_on(boss, line[2]) | {"parent": [str(line[0].pk)]}).status_code == 302


@pytest.mark.parametrize("unticked", ["is_active", "is_superuser"])
def test_the_last_who_may_do_everything_stays(boss: Client, admin_user: User, unticked: str) -> None:
    typed = typed_on(boss, admin_user)
    del typed[unticked]
    assert "Make somebody else a superuser first." in boss.post(address_of(admin_user), typed).content.decode()
    admin_user.refresh_from_db()
    assert admin_user.is_active and admin_user.is_superuser
    User.objects.create_superuser("olga", password=PASSWORD)
    assert boss.post(address_of(admin_user), typed).status_code == 302
