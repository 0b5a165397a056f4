"""Prices: whoever may change them changes what is to come, never what was."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from twitter_integration.metering.tariff import Tariff
from twitter_integration.models import Price

pytestmark = pytest.mark.django_db


def add(client: Client, days: int) -> int:
    day = timezone.now().date() + timedelta(days=days)
    form = {"tariff": Tariff.POST, "each": "0.02", "valid_from": day.isoformat(), "source": "", "note": ""}
    return client.post(reverse("admin:twitter_integration_price_add"), form).status_code


def test_a_price_is_added_for_a_day_to_come(admin_client: Client) -> None:
    assert add(admin_client, 1) == 302
    assert Price.objects.filter(tariff=Tariff.POST).first().each == Decimal("0.02")  # type: ignore[union-attr]  # just added


def test_a_price_for_the_past_is_refused(admin_client: Client) -> None:
    assert add(admin_client, -1) == 200
    assert Price.objects.filter(tariff=Tariff.POST).count() == 1


def test_a_price_that_has_counted_cannot_be_edited(admin_client: Client) -> None:
    page = reverse("admin:twitter_integration_price_change", args=[Price.objects.get(tariff=Tariff.POST).pk])
    assert admin_client.post(page, {"each": "9"}).status_code == 403
    assert Price.objects.get(tariff=Tariff.POST).each == Decimal("0.015")
