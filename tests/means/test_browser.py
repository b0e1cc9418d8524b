"""The whole way in a real browser, with a real token: added, then used to approve; PIN and key stay in the program."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from playwright.sync_api import sync_playwright

from ccvc.dossiers.models import Version
from ccvc.signing import actions
from ccvc.signing.models import Signature
from tests import people
from tests.people import AGENCY, Agency, found_agency
from tests.signing import tokens
from tests.signing.tokens import MODULE, PIN, needs

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    needs(CHROMIUM, "softhsm2-util", str(MODULE)),
]


@contextmanager
def program(origin: str, token: str, port: int) -> Iterator[str]:
    """The signing program as its user starts it; the pairing code it shows."""
    command = [sys.executable, "-u", "-m", "ccvc.signing.helper", "--origin", origin, "--port", str(port)]
    place = ["--module", str(MODULE), "--token", token]
    with subprocess.Popen([*command, *place], stdout=subprocess.PIPE, text=True, env=os.environ) as started:
        assert started.stdout is not None
        said = started.stdout.readline()
        started.stdout.readline()
        try:
            yield re.sub(r"\D", "", said)
        finally:
            started.terminate()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def signed_in(agency: Agency, name: str) -> dict[str, str]:
    client = Client()
    client.force_login(agency.users[name])
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    assert isinstance(client.session, SessionStore)
    return {"name": cookie.key, "value": cookie.value}


def sign_in_window(context: Any, page: Any, button: str) -> None:
    """Press the page's button, read the program's window that opens, enter the PIN there."""
    with context.expect_page() as opened:
        page.get_by_role("button", name=button).click()
    window = opened.value
    assert window.locator("dl").inner_text().count(AGENCY)
    window.get_by_label("Mã PIN").fill(PIN)
    window.get_by_role("button", name="Ký", exact=True).click()
    window.get_by_text("Đã ký").wait_for()
    window.close()


def test_a_token_is_added_and_approves(live_server: Any, settings: Any, tmp_path: Path) -> None:
    settings.CCVC_HOME, settings.CCVC_AGENCY, settings.CCVC_KIND = tmp_path, AGENCY, "component"
    settings.CCVC_SIGNER_PORT = port = free_port()
    agency = found_agency(tmp_path)
    token = tokens.token("P-256")
    token.certify(agency.issuer)
    change = people.propose(agency, people.dossier())
    people.pass_steps(agency, [change.pk])
    cookie = signed_in(agency, "approver")
    with program(live_server.url, token.label, port) as code, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(locale="vi-VN")
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": live_server.url}])
        page = context.new_page()
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.post_data or ""))
        page.goto(f"{live_server.url}/signing/mine/")
        page.get_by_text("Thiết bị lưu khoá ở máy của tôi").click()
        page.get_by_role("button", name="Thêm thiết bị").click()
        page.get_by_label("Mã ghép nối").fill(code)
        sign_in_window(context, page, "Thêm thiết bị")
        page.get_by_text("Đã thêm phương tiện ký").wait_for()
        page.goto(f"{live_server.url}/changes/approve/")
        page.get_by_label("Ký bằng").select_option(label="Thiết bị ở máy của tôi")
        sign_in_window(context, page, "Ký bằng thiết bị ở máy này")
        page.get_by_text("Đã ký và ghi vào 1 hồ sơ").wait_for()
        assert PIN not in "".join(sent)
    assert Version.objects.count() == 1
    assert actions.verify_batch(Signature.objects.get()).ok
