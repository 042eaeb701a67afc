"""A browser without scripts: cookies, forms with their hidden fields, redirects."""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from urllib.parse import urljoin

import requests

from tests.faults.shopper import ADDRESS

_FORM: Final = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_INPUT: Final = re.compile(r"<input\b([^>]*)>", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r'([\w-]+)="([^"]*)"')
LOST: Final = (500, 502, 504)


class Broken(AssertionError):
    """A page that no shopper should see."""


class Browser:
    """One visitor."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        # Sent by every browser for a page's own form.
        self.session.headers["Sec-Fetch-Site"] = "same-origin"
        self.session.headers["Origin"] = base

    def open(self, path: str) -> requests.Response:
        page = self.session.get(urljoin(self.base, path), timeout=60)
        return _check(page)

    def submit(self, page: requests.Response, action: str, **values: str) -> requests.Response:
        """Send the form of a page that goes to this path, with its hidden fields."""
        fields = find_form(page.text, action)
        form = self.session.post(
            urljoin(self.base, action),
            data={**fields, **values},
            headers={"Referer": page.url},
            timeout=60,
        )
        return _check(form)

    def add(self, sku: str) -> requests.Response:
        return _check(
            self.session.post(
                urljoin(self.base, "/cart/add/"), data={"sku": sku, "quantity": "1"}, timeout=60
            )
        )

    def buy(self, sku: str) -> str:
        """From nothing to the till: `ordered`, or `sold out` when the shop says so."""
        with self.session:
            return self._buy(sku)

    def _buy(self, sku: str) -> str:
        page = self.go_to_review(sku)
        if "/checkout/place/" not in page.text:
            return "sold out" if "sold out" in page.text.lower() else f"lost at {page.url}"
        return read_end(self.submit(page, "/checkout/place/"))

    def go_to_review(self, sku: str) -> requests.Response:
        """Cart, address, delivery; the page with the button, or where the shop stopped."""
        self.add(sku)
        page = self.open("/checkout/")
        if "/checkout/address/" not in page.text:
            return page
        page = self.submit(page, "/checkout/address/", **ADDRESS)
        return self.submit(page, "/checkout/shipping/", code="standard")


def read_end(page: requests.Response) -> str:
    """What placing the order led to."""
    if "/pay/" in page.url:
        return "ordered"
    return (
        "sold out" if page.status_code == 409 and "sold out" in page.text.lower() else f"lost at {page.url}"
    )


def find_form(text: str, action: str) -> dict[str, str]:
    """The named inputs of the form that goes to a path; raises Broken when there is none."""
    for attributes, content in _FORM.findall(text):
        if dict(_ATTRIBUTE.findall(attributes)).get("action", "").partition("?")[0] != action:
            continue
        fields = {}
        for tag in _INPUT.findall(content):
            given = dict(_ATTRIBUTE.findall(tag))
            is_chosen = given.get("type") not in {"radio", "checkbox"} or " checked" in tag
            if "name" in given and is_chosen:
                fields[unescape(given["name"])] = unescape(given.get("value", ""))
        return fields
    raise Broken(f"no form to {action}")


def _check(page: requests.Response) -> requests.Response:
    if page.status_code in LOST or page.status_code == 403:
        raise Broken(f"{page.status_code} at {page.url}: {page.text[:500]}")
    return page
