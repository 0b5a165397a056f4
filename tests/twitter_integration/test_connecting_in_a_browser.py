"""“Connect with X” as an administrator walks it: a real browser, its content policy, X's page and back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.journeys import conftest as journeys
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = pytest.mark.browser
chromium, running_chromium = journeys.chromium, journeys.running_chromium


@pytest.fixture
def window(
    live_server: Any, chromium: Browser, admin_user: User, settings: Any, sandbox: ThreadedSandbox
) -> Iterator[Page]:
    """The boss's window on the desk; a complaint of the browser about our content policy fails the test."""
    settings.PUBLIC_URL = live_server.url
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    pictures = {"img-src": [*policy["img-src"], sandbox.base_url]}  # as a demo's MEDIA_HOSTS have it
    settings.CONTENT_SECURITY_POLICY = settings.CONTENT_SECURITY_POLICY | {"DIRECTIVES": policy | pictures}
    client = Client()
    client.force_login(admin_user)
    page = chromium.new_context(base_url=live_server.url).new_page()
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    assert [text for text in complaints if "Content Security Policy" in text] == []
    page.context.close()


def test_the_boss_connects_the_page_again(window: Page, acme: PartnerAccount) -> None:
    PartnerAccount.objects.update(access_token="dead", access_token_secret="dead")
    window.goto(f"/admin/twitter_integration/partneraccount/{acme.pk}/change/")
    window.get_by_role("link", name="Connect with X").click()
    window.get_by_role("button", name="Connect with X").click()
    window.select_option("#authorize-user", label="Acme Help · @acmehelp_demo")
    window.click("#authorize-approve")
    window.get_by_role("button", name="Yes, connect @acmehelp_demo").click()
    window.get_by_text("@acmehelp_demo is connected.").wait_for()
    assert PartnerAccount.objects.get().access_token not in ("", "dead")


def test_enter_in_a_field_saves_and_presses_no_button_of_x(window: Page, acme: PartnerAccount) -> None:
    window.goto(f"/admin/twitter_integration/xapp/{acme.app_id}/change/")
    window.fill("#id_name", "Acme app, renamed")
    window.press("#id_name", "Enter")
    window.get_by_text("was changed successfully").wait_for()
    assert XApp.objects.get().name == "Acme app, renamed" and not XApp.objects.get().audited_at
