"""Pictures of pages with headless Chromium, for `docs/screenshots/` and for looking at one's own work.

Reads a JSON file: {"pages": [{"name", "url", "account"?, "follow"?: link or links}], "base"?: address put
before each url}. Accounts come from a running demo's file, {"accounts": {name: {"username", "password",
"url"?}}}, or from the same key of the first file; an account's url is the node it signs in on and stands in
for the base. Writes `<name>-laptop.png` (1280 × 800) and `<name>-phone.png` (390 × 844), the whole page up to
2400 px. A page that answers an error, lacks a link to follow, breaks the Content-Security-Policy or scrolls
sideways is named, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"laptop": (1280, 800), "phone": (390, 844)}
ERROR = 400
FOLDER = Path("docs/screenshots")
PAGES = FOLDER / "pages.json"
ACCOUNTS = Path("demo/accounts.json")
TALLEST = 2400  # of a long list the beginning says enough
HEIGHT = "document.documentElement.scrollHeight"
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True)
class Shot:
    """One page to take a picture of, as one account or as nobody; `follow` is a link on it to go on to, or several."""

    name: str
    url: str
    account: str = ""
    follow: str | list[str] = ""


@dataclass
class Work:
    """What to take, who signs in, where to write, and what was found wrong on the way."""

    shots: list[Shot]
    accounts: dict[str, dict[str, str]]
    base: str
    folder: Path
    scheme: Literal["light", "dark"] = "light"
    faults: list[str] = field(default_factory=list)

    def address(self, url: str, account: str) -> str:
        """An address on the account's node, else on the base; a whole address stays as it is."""
        return urljoin(self.accounts.get(account, {}).get("url", self.base), url)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless; nothing is downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def sign_in(context: BrowserContext, work: Work, account: str) -> None:
    """Sign in on the account's node."""
    known = work.accounts[account]
    page = context.new_page()
    page.goto(work.address("/sign-in", account))
    page.fill("[name=username]", known["username"])
    page.fill("[name=password]", known["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    page.close()


def take(page: Page, work: Work, shot: Shot, size: str) -> None:
    """One picture; what is wrong with the page is noted."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    answer = page.goto(work.address(shot.url, shot.account), wait_until="networkidle")
    if answer is None or answer.status >= ERROR:
        work.faults.append(f"{shot.name} ({size}): answered {answer.status if answer else 'nothing'}")
    for link in [shot.follow] if isinstance(shot.follow, str) else shot.follow:
        if not link:
            continue
        if not page.locator(link).count():
            work.faults.append(f"{shot.name} ({size}): no link {link} on {page.url}")
            break
        page.click(link)
        page.wait_for_load_state("networkidle")
    if page.evaluate(WIDER):
        work.faults.append(f"{shot.name} ({size}): scrolls sideways; let wide content scroll in its own box")
    tall = min(int(page.evaluate(HEIGHT)), TALLEST)
    page.screenshot(
        path=work.folder / f"{shot.name}-{size}.png",
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": max(tall, height)},
    )


def take_all(work: Work) -> None:
    """Every shot in every size; one browser context an account, so that a sign-in happens once."""
    work.folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for account in sorted({shot.account for shot in work.shots}):
            shots = [shot for shot in work.shots if shot.account == account]
            context = browser.new_context(locale="vi-VN", color_scheme=work.scheme)
            if account:
                sign_in(context, work, account)
            page = context.new_page()
            page.on("console", lambda message: _note(work, message))
            for shot in shots:
                for size in SIZES:
                    take(page, work, shot, size)
            context.close()


def _note(work: Work, message: ConsoleMessage) -> None:
    if message.type == "error" and "the server responded with a status of" not in message.text:
        work.faults.append(f"{message.location['url']}: {message.text}")


def read(given: argparse.Namespace) -> Work:
    """The work a command line and its files describe."""
    asked: dict[str, Any] = json.loads(given.pages.read_text(encoding="utf-8"))
    accounts = asked.get("accounts", {})
    if given.accounts.exists():
        accounts |= json.loads(given.accounts.read_text(encoding="utf-8"))["accounts"]
    shots = [Shot(**page) for page in asked["pages"]]
    return Work(shots, accounts, given.base or asked.get("base", ""), given.out, given.scheme)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Take pictures of pages with headless Chromium.")
    parser.add_argument("pages", type=Path, nargs="?", default=PAGES, help="JSON file naming the pages")
    parser.add_argument("--accounts", type=Path, default=ACCOUNTS, help="a running demo's accounts file")
    parser.add_argument("--base", default="", help="address put before urls that begin with /")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for the pictures")
    parser.add_argument("--scheme", choices=["light", "dark"], default="light", help="colour scheme")
    work = read(parser.parse_args())
    take_all(work)
    for fault in dict.fromkeys(work.faults):
        print(fault, file=sys.stderr)
    print(f"{len(work.shots)} pages in {len(SIZES)} sizes -> {work.folder}")
    return 1 if work.faults else 0


if __name__ == "__main__":
    sys.exit(main())
