"""The reform of 1 July 2025 carried out through the pages of `ccvc demo --reform`, with pictures of the way.

Drafts the province's part from its file, previews it, signs it, has decisions drafted for everyone affected, and drafts
and signs its undoing. Statistics of the last day before are fetched as files at the beginning, after the reform and
after its undoing: they must be the same bytes. Needs `ccvc demo --reform` running on a home nobody has worked in yet.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page
from screenshots import FOLDER, HEIGHT, SIZES, TALLEST, WIDER, Work, chromium, sign_in

ROOT = Path("demo-reform")
EVE, DAY = "30/06/2025", "01/07/2025"
UNDONE_ON = f"{date.today() + timedelta(days=7):%d/%m/%Y}"  # noqa: DTZ011 - a day to come, here
STATISTICS = (
    "rows=agency",
    "rows=agency&columns=sex",
    "rows=category&columns=education",
    "rows=age&columns=sex",
)
TITLE, BASIS = "Sắp xếp tỉnh Lào Cai và tỉnh Yên Bái", "Nghị quyết 202/2025/QH15; phương án giả lập"
AUTHORITY = "Chủ tịch Uỷ ban nhân dân tỉnh (giả lập)"


class Walk:
    """The province's people before their pages; pictures by number and name."""

    def __init__(self, browser: Browser, work: Work, first: int) -> None:
        self.browser, self.work, self.number = browser, work, first
        self.pages: dict[str, Page] = {}

    def as_(self, account: str) -> Page:
        """The page of an account, signed in."""
        if account not in self.pages:
            context = self.browser.new_context(locale="vi-VN", accept_downloads=True)
            sign_in(context, self.work, f"H38.{account}")
            self.pages[account] = context.new_page()
        return self.pages[account]

    def go(self, account: str, path: str) -> Page:
        """The account's page at an address."""
        page = self.as_(account)
        page.goto(urljoin(self.work.base, path), wait_until="networkidle")
        return page

    def picture(self, page: Page, name: str) -> None:
        """The page in every size; what scrolls sideways is noted."""
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate(WIDER):
                self.work.faults.append(f"{name} ({size}): scrolls sideways")
            tall = max(min(int(page.evaluate(HEIGHT)), TALLEST), height)
            clip = {"x": 0, "y": 0, "width": width, "height": tall}
            file = self.work.folder / f"{self.number}-{name}-{size}.png"
            page.screenshot(path=file, full_page=True, clip=clip)  # type: ignore[arg-type]  # a clip is a dict
        self.number += 1

    def unfolded(self, account: str, day: str) -> Page:
        """The tree of units of a day, the account's own two levels down."""
        page = self.go(account, f"/organisation/?on={day}")
        for level in ("", ".tree__below "):
            for one in page.locator(
                f"#results section:first-of-type {level}details:not([open]) > summary"
            ).all():
                one.locator("code").click()
            page.wait_for_load_state("networkidle")
        return page

    def statistics(self) -> Iterator[bytes]:
        """The counts of the last day before, as files."""
        page = self.as_("canbo")
        for asked in STATISTICS:
            address = urljoin(self.work.base, f"/statistics/table.csv?{asked}&valid={EVE}")
            answer = page.request.get(address)
            if not answer.ok:
                self.work.faults.append(f"{address}: answered {answer.status}")
            yield answer.body()


def walk(one: Walk, root: Path) -> None:
    """The whole way."""
    one.picture(one.unfolded("quantri", EVE), "province-before")
    before = list(one.statistics())
    one.picture(one.go("canbo", f"/statistics/?rows=agency&valid={EVE}"), "statistics-before")
    draft(one, root)
    one.picture(one.as_("quantri"), "reform-preview")
    address = one.as_("quantri").url
    page = one.go("phe.duyet", address)
    one.picture(page, "reform-to-sign")
    sign(one, page)
    one.picture(page, "reform-signed")
    same(one, before, "after the reform")
    one.picture(one.go("canbo", f"/statistics/?rows=agency&valid={EVE}"), "statistics-after")
    decide(one, address)
    one.picture(one.unfolded("quantri", DAY), "province-after")
    history(one)
    undo(one, address)
    same(one, before, "after its undoing")


def draft(one: Walk, root: Path) -> None:
    """The administrator puts the file of steps in."""
    page = one.go("quantri", "/organisation/reorganisations/new")
    for name, text in (("title", TITLE), ("basis", BASIS), ("on", DAY)):
        page.fill(f"[name={name}]", text)
    page.set_input_files("[name=file]", root / "H38" / "cac-viec-sap-xep.csv")
    page.click("main form button[type=submit]")
    page.wait_for_load_state("networkidle")


def sign(one: Walk, page: Page) -> None:
    """The approver signs what is shown."""
    page.fill("[name=passphrase]", one.work.accounts["H38.phe.duyet"]["password"])
    page.click("form[action$='/approve'] [data-where=node] button")
    page.wait_for_load_state("networkidle")


def decide(one: Walk, address: str) -> None:
    """The officer has decisions drafted for everyone, and looks at one."""
    page = one.go("canbo", address)
    page.fill("[name=authority]", AUTHORITY)
    page.click("form[action*='/reorganised/'] button")
    page.wait_for_load_state("networkidle")
    one.picture(page, "reform-drafts")
    page.click("main a[href^='/decisions/']:not([href*='?']) >> nth=0")
    page.wait_for_load_state("networkidle")
    one.picture(page, "reform-draft")


def history(one: Walk) -> None:
    """Somebody who had moved before: the units have the names of their time."""
    page = one.go(
        "canbo", f"/dossiers/?valid={EVE}&q={one.work.accounts['H38.canhan']['label'].split(': ')[-1]}"
    )
    one.picture(page, "people-before")
    page = one.go("canhan", "/dossiers/mine/")
    page.click("a[href$='/history/']")
    page.wait_for_load_state("networkidle")
    one.picture(page, "person-history")


def undo(one: Walk, address: str) -> None:
    """It is undone from a later day on, by another reorganisation that is signed."""
    page = one.go("quantri", address)
    page.click("summary:has-text('Hoàn nguyên')")
    page.fill("form[action$='/undo'] [name=on]", UNDONE_ON)
    page.fill("form[action$='/undo'] [name=basis]", "Quyết định hoàn nguyên (giả lập)")
    page.click("form[action$='/undo'] button")
    page.wait_for_load_state("networkidle")
    page = one.go("phe.duyet", page.url)
    one.picture(page, "undoing-to-sign")
    sign(one, page)
    one.picture(one.unfolded("quantri", UNDONE_ON), "province-undone")


def same(one: Walk, before: list[bytes], when: str) -> None:
    """The counts of the last day before, byte for byte."""
    for asked, was, now in zip(STATISTICS, before, one.statistics(), strict=True):
        if was != now:
            one.work.faults.append(f"statistics of {EVE} by {asked} are others {when}")


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--root", type=Path, default=ROOT, help="the demonstration's folder")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for the pictures")
    parser.add_argument("--first", type=int, default=122, help="number of the first picture")
    given = parser.parse_args()
    accounts = json.loads((given.root / "accounts.json").read_text(encoding="utf-8"))["accounts"]
    work = Work([], accounts, accounts["H38.quantri"]["url"], given.out)
    with chromium() as browser:
        one = Walk(browser, work, given.first)
        walk(one, given.root)
    for fault in work.faults:
        print(fault, file=sys.stderr)
    print(f"pictures {given.first} to {one.number - 1} -> {given.out}")
    return 1 if work.faults else 0


if __name__ == "__main__":
    sys.exit(main())
