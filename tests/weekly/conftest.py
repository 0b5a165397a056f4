"""Sam, who sees the reports and wants them by mail; and two weeks of Acme's."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import make_address, make_queue, make_supervisor
from tickets.models import Address, NoticeSettings


@pytest.fixture(autouse=True)
def _mail_is_on(settings: Any) -> None:
    settings.MAIL_ON, settings.PUBLIC_URL = True, "https://desk.example.com"


@pytest.fixture
def acme(db: None) -> Address:
    return make_address(queue=make_queue("Support"))


@pytest.fixture
def sam(acme: Address) -> User:
    sam = make_supervisor()
    NoticeSettings.objects.create(person=sam, weekly_report=True)
    return sam
