"""Recordings from before their tellings were marked: what is known to be one is marked afterwards, the rest stays."""

from importlib import import_module

import pytest
from django.db import connection

from tests.twitter_integration.bodies import post
from tests.twitter_integration.installed import deliver, install
from tickets.models import Message
from twitter_integration.choices import RECORDED, Product
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Event

pytestmark = pytest.mark.django_db
OLD = Product.ACCOUNT_ACTIVITY.value


def mark_again() -> None:
    migration = import_module("twitter_integration.migrations.0205_recordings_told_once")
    with connection.schema_editor() as editor:
        migration.mark_recordings(None, editor)


def test_what_one_recording_alone_told_is_marked_and_nothing_else() -> None:
    acme = install()
    deliver(acme, post(number="2001"), post(number="2002"), signed=False)
    deliver(acme, post(number="2003"))
    drain()
    Event.objects.update(sources=[OLD])
    Message.objects.update(sources=[OLD])
    Event.objects.filter(key="post:2002").update(times_told=2)  # told again, nobody knows by whom
    mark_again()
    marked = [RECORDED[OLD]]
    for number, sources in (("2001", marked), ("2002", [OLD]), ("2003", [OLD])):
        assert Event.objects.get(key=f"post:{number}").sources == sources
        assert Message.objects.get(external_id=number).sources == sources
