"""`make screenshots`: the pictures of the README, taken of the running demo shop."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shop.embedded.console import say

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_OPERATOR_WORDS = ("owner", "operator", "admin")
_WIDE, _PHONE = (1440, 900), (390, 844)


@dataclass(frozen=True)
class Picture:
    """One page at one size; `is_back_office` asks for an operator's sign-in first."""

    name: str
    path: str
    size: tuple[int, int] = _WIDE
    is_back_office: bool = False


PICTURES = (
    Picture("storefront", "/"),
    Picture("storefront-phone", "/", _PHONE),
    Picture("storefront-chinese", "/zh-hans/", _PHONE),
    Picture("back-office", "/admin/", is_back_office=True),
)


def main(address: str, chromium: str, accounts: Path, target: Path) -> None:
    """Take every picture into `target`."""
    from playwright.sync_api import sync_playwright

    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for picture in PICTURES:
            page = _open_page(browser, picture)
            if picture.is_back_office:
                _sign_in(page, address, accounts)
            page.goto(address + picture.path, wait_until="networkidle")
            page.screenshot(path=target / f"{picture.name}.png")
            say(f"{target.name}/{picture.name}.png")
            page.close()
        browser.close()


def _open_page(browser: Browser, picture: Picture) -> Page:
    width, height = picture.size
    return browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")


def _sign_in(page: Page, address: str, accounts: Path) -> None:
    """Sign in as the demo shop's operator."""
    known = json.loads(accounts.read_text())
    operator = next(account for account in known if any(word in account["role"] for word in _OPERATOR_WORDS))
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", operator["email"])
    page.fill("input[name=password]", operator["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
