"""The style guide: every component with sample data, on one page, in development only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shop.kernel.money import Money

ICONS = (
    "mark cart search user home grid menu close chevron-down chevron-right chevron-left arrow-right check plus minus "
    "sun moon globe truck box return shield card wallet bank star filter alert info error success trash pin clock "
    "mail lock key image edit tag copy print phone"
)


class SampleForm(forms.Form):
    """One field of each kind, one of them wrong."""

    email = forms.EmailField(label="E-mail", help_text="We send the order confirmation here.")
    city = forms.CharField(label="City")
    country = forms.ChoiceField(label="Country", choices=[("NL", "Netherlands"), ("CN", "China")])
    note = forms.CharField(
        label="A note for the courier",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    terms = forms.BooleanField(label="Send me news about new things, at most once a month", required=False)


@dataclass(frozen=True, kw_only=True)
class Node:
    """A point of a timeline."""

    title: str
    text: str = ""
    place: str = ""
    at: datetime | None = None
    state: str = ""


def _sample_nodes() -> list[Node]:
    return [
        Node(
            title="Out for delivery",
            place="Utrecht",
            at=datetime(2026, 3, 4, 7, 12, tzinfo=UTC),
            state="now",
        ),
        Node(
            title="Sorted",
            place="Amersfoort",
            at=datetime(2026, 3, 3, 23, 40, tzinfo=UTC),
            state="done",
        ),
        Node(
            title="Collected by the carrier",
            at=datetime(2026, 3, 3, 16, 5, tzinfo=UTC),
            state="done",
        ),
    ]


def _sample_address() -> SimpleNamespace:
    return SimpleNamespace(lines=["Mei Jansen", "Prinsengracht 263", "1016 GV Amsterdam"])


def show_style_guide(request: HttpRequest) -> HttpResponse:
    """Every component, as a template author meets it; no such page outside development."""
    if not getattr(settings, "IS_DEVELOPMENT", False):
        raise Http404
    context = {
        "icons": ICONS.split(),
        "price": Money(Decimal("49.00"), "EUR"),
        "was": Money(Decimal("62.00"), "EUR"),
        "form": SampleForm(),
        "wrong_form": SampleForm({"email": "mei@", "city": "", "country": "NL"}),
        "page": Paginator(range(200), 24).get_page(4),
        "crumbs": [
            SimpleNamespace(name=name, url="#") for name in ("Home", "Kitchen", "Cookware", "Cast-iron pan")
        ],
        "nodes": _sample_nodes(),
        "stages": [
            Node(title="Ordered", state="done"),
            Node(title="Packed", state="done"),
            Node(title="On its way", state="now"),
            Node(title="Delivered"),
        ],
        "address": _sample_address(),
        "states": ["paid", "processing", "failed", "refunded", "shipped"],
    }
    return render(request, "shop/styleguide.html", context)
