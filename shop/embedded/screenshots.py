"""`make screenshots`: the pictures of the README, taken of the running demo shop."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageOps

from shop.embedded.console import say

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_OPERATOR_WORDS = ("owner", "operator", "admin")
_WIDE, _PHONE, _TALL = (1440, 1000), (390, 844), (1440, 1080)
_PAPER: Final = "#e9e7e1"
_GAP: Final = 40
_HEIGHT: Final = 720
"""Of the storefront on a desktop and an article in Chinese on a phone, side by side, in pixels."""

STOREFRONT, BACK_OFFICE = "storefront.jpg", "back-office.png"
"""The names by which README.md shows them."""


def main(address: str, chromium: str, accounts: Path, target: Path) -> None:
    """Take every picture into `target`."""
    from playwright.sync_api import sync_playwright

    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        phone = _open_page(browser, _PHONE)
        phone.goto(f"{address}/zh-hans/")
        article = phone.get_attribute('a[href*="/p/"]', "href")
        shown = [_shoot(_open_page(browser, _WIDE), address), _shoot(phone, f"{address}{article}")]
        _join(shown).save(target / STOREFRONT, quality=85, optimize=True, progressive=True)
        say(f"{target.name}/{STOREFRONT}")
        desk = _open_page(browser, _TALL)
        _sign_in(desk, address, accounts)
        _shoot(desk, f"{address}/admin/").quantize(256).save(target / BACK_OFFICE, optimize=True)
        say(f"{target.name}/{BACK_OFFICE}")
        browser.close()


def _open_page(browser: Browser, size: tuple[int, int]) -> Page:
    width, height = size
    return browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")


def _shoot(page: Page, address: str) -> Image.Image:
    page.goto(address, wait_until="networkidle")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _join(shown: list[Image.Image]) -> Image.Image:
    """Side by side, as high as each other, with a border of paper."""
    scaled = [ImageOps.contain(picture, (2 * _HEIGHT, _HEIGHT)) for picture in shown]
    width = sum(picture.width for picture in scaled) + _GAP * (len(scaled) + 1)
    sheet = Image.new("RGB", (width, _HEIGHT + 2 * _GAP), _PAPER)
    left = _GAP
    for picture in scaled:
        sheet.paste(picture, (left, _GAP))
        left += picture.width + _GAP
    return sheet


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
