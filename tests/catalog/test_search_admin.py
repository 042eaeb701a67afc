from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from catalog.models import SearchRedirect, SearchSettings, SearchSynonym
from shop.kernel.models import AuditEntry
from tests.factories.catalog import make_product, make_variant

pytestmark = pytest.mark.django_db
WEIGHTS = {
    "text_weight": "1.5",
    "stock_weight": "0.2",
    "sales_weight": "0.3",
    "freshness_weight": "0",
    "freshness_days": "30",
    "stop_words": "the, 的",
}


@pytest.fixture
def operator(client: Client) -> Client:
    user = get_user_model().objects.create_superuser(email="anna@example.com", password="Sturdy-Kettle-9")
    client.force_login(user)
    return client


def test_the_settings_are_one_row_that_the_page_makes(operator: Client) -> None:
    page = operator.get(reverse("admin:catalog_searchsettings_changelist"), follow=True)
    assert page.status_code == 200
    url = reverse("admin:catalog_searchsettings_change", args=[1])
    assert operator.post(url, WEIGHTS).status_code == 302
    row = SearchSettings.objects.get()
    assert (row.pk, row.text_weight, row.stop_words) == (1, 1.5, "the, 的")
    assert AuditEntry.objects.get(action="catalog.save_search_settings").actor == "anna@example.com"
    refused = operator.post(url, WEIGHTS | {"text_weight": "-1", "freshness_days": "0"})
    assert set(refused.context["adminform"].form.errors) == {"text_weight", "freshness_days"}


def test_synonyms_that_find_nothing_else_are_refused_beside_their_field(operator: Client) -> None:
    url = reverse("admin:catalog_searchsynonym_add")
    refused = operator.post(url, {"words": "sofa", "also": ""})
    assert "Give two words at least" in str(refused.context["adminform"].form.errors["words"])
    assert operator.post(url, {"words": "sofa, couch", "also": ""}).status_code == 302
    assert SearchSynonym.objects.get().words == "sofa, couch"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"]
)
def test_a_redirect_leads_nowhere_but_into_the_shop(operator: Client, target: str) -> None:
    url = reverse("admin:catalog_searchredirect_add")
    refused = operator.post(url, {"term": "returns", "target": target})
    assert "Begin with one slash" in str(refused.context["adminform"].form.errors["target"])
    assert operator.post(url, {"term": " Returns", "target": "/brands/"}).status_code == 302
    assert SearchRedirect.objects.get().term == "returns"


def test_the_explanation_shows_the_parts(operator: Client) -> None:
    make_variant(product=make_product("Clay teapot"))
    html = operator.get(reverse("admin:catalog_searchsettings_explain"), {"q": "teapott"}).content.decode()
    assert "Clay teapot" in html
    assert "looked for as “teapot”" in html
    assert operator.get(reverse("admin:catalog_searchsettings_explain")).status_code == 200


def test_the_report_shows_periods(operator: Client) -> None:
    url = reverse("admin:catalog_searchtermday_changelist")
    assert "30 days" in operator.get(url).content.decode()
    assert operator.get(url, {"days": "7"}).context["days"] == 7
    assert operator.get(url, {"days": "8"}).context["days"] == 30


def test_who_may_not_see_it_is_refused(client: Client) -> None:
    user = get_user_model().objects.create_user(
        email="bo@example.com", password="Sturdy-Kettle-9", is_staff=True
    )
    client.force_login(user)
    for name in ("searchsettings_changelist", "searchsettings_explain", "searchtermday_changelist"):
        assert client.get(reverse(f"admin:catalog_{name}")).status_code == 403
