from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localtime

from catalog.models import Campaign, Category, Collection, Coupon, CouponBatch, Promotion
from catalog.queries.categories import forget_category_tree
from orders.models import ShippingMethod, ShippingZone
from shop.accounts.models import User
from shop.kernel.clock import now
from tests.factories.catalog import make_brand, make_category, make_product, make_variant
from tests.factories.orders import make_article, make_order
from tests.factories.promotions import make_campaign, make_coupon, make_flash_sale, make_promotion

pytestmark = pytest.mark.django_db
BASE = "/admin/catalog/promotion/"
FIELDS = {
    "name": "Spring",
    "key": "spring",
    "title_en": "Spring sale",
    "priority": "10",
    "combines_with": ["shipping"],
}


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize(
    ("kind", "fields", "action", "summary"),
    [
        ("percent_off", {"promotion_class": "product", "percent": "20", "include": "category:lamps\nsku:X"},
         {"kind": "percent_off", "percent": "20", "target": {"include": ["category:lamps", "sku:X"], "exclude": []}},
         "20 % off category:lamps or sku:X."),
        ("amount_off", {"promotion_class": "order", "amounts": "EUR 5, cny 40"},
         {"kind": "amount_off", "amounts": {"CNY": "40", "EUR": "5"}, "target": {"include": [], "exclude": []}},
         "40 CNY / 5 EUR off all articles."),
        ("spend_steps", {"promotion_class": "order", "steps": "EUR 50 -> EUR 5\nEUR 100 → 10%"},
         {"kind": "spend_steps", "steps": [{"reached": {"EUR": "50"}, "amounts": {"EUR": "5"}},
                                           {"reached": {"EUR": "100"}, "percent": "10"}],
          "target": {"include": [], "exclude": []}},
         "spend more, save more: 5 EUR off from 50 EUR; 10 % off from 100 EUR (all articles)."),
        ("gift", {"promotion_class": "product", "given": "sku:CLOTH", "quantity": "1"},
         {"kind": "gift", "target": {"include": ["sku:CLOTH"], "exclude": []}, "quantity": 1},
         "1 of sku:CLOTH free."),
        ("bundle", {"promotion_class": "product", "parts": "2 x category:mugs\nsku:TEA", "amounts": "EUR 15"},
         {"kind": "bundle", "amounts": {"EUR": "15"}, "parts": [
             {"target": {"include": ["category:mugs"], "exclude": []}, "quantity": 2},
             {"target": {"include": ["sku:TEA"], "exclude": []}, "quantity": 1}]},
         "2 × category:mugs + 1 × sku:TEA together for 15 EUR."),
        ("free_shipping", {"promotion_class": "shipping", "percent": "100", "minimum": "EUR 50"},
         {"kind": "free_shipping", "percent": "100", "methods": []},
         "delivery free, from 50 EUR of all articles on."),
        ("buy_get", {"promotion_class": "product", "buy_quantity": "2", "get_quantity": "1", "percent": "100"},
         {"kind": "buy_get", "buy_quantity": 2, "get_quantity": 1, "percent": "100",
          "buy": {"include": [], "exclude": []}},
         "buy 2 of all articles, get 1 of the same free."),
    ],
)  # fmt: skip
def test_each_kind_is_written_in_plain_notation_and_read_back(
    admin_client: Client, kind: str, fields: dict[str, str], action: Any, summary: str
) -> None:
    assert "What should it give?" in text(admin_client.get(f"{BASE}add/"))
    answer = admin_client.post(f"{BASE}add/?kind={kind}", FIELDS | fields)
    promotion = Promotion.objects.get()
    assert answer.headers["Location"] == f"{BASE}{promotion.pk}/change/"
    assert promotion.action == action
    page = admin_client.get(f"{BASE}{promotion.pk}/change/")
    assert summary in text(page).replace("&lt;", "<")
    form = page.context["form"]
    again = admin_client.post(
        f"{BASE}{promotion.pk}/change/", {name: value for name, value in form.initial.items() if value}
    )
    assert again.status_code == 302, again.context["form"].errors
    promotion.refresh_from_db()
    assert promotion.action == action


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"percent": "101"}, "percent"),
        ({"percent": ""}, "percent"),
        ({"percent": "10", "include": "mug"}, "include"),
        ({"percent": "10", "minimum": "fifty"}, "minimum"),
        ({"percent": "10", "most": "EUR 1.999"}, "most"),
        ({"percent": "10", "begins": "25:00"}, "begins"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    admin_client: Client, fields: dict[str, str], field: str
) -> None:
    page = admin_client.post(f"{BASE}add/?kind=percent_off", FIELDS | {"promotion_class": "order"} | fields)
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"]["name"].value() == "Spring"
    assert not Promotion.objects.exists()


def test_a_key_is_used_once(admin_client: Client) -> None:
    make_promotion(key="spring")
    page = admin_client.post(
        f"{BASE}add/?kind=percent_off", FIELDS | {"promotion_class": "order", "percent": "5"}
    )
    assert list(page.context["form"].errors) == ["key"]


def test_it_is_started_paused_and_ended(admin_client: Client) -> None:
    promotion = make_promotion(is_active=False)
    for status in ("active", "paused", "ended", "active"):
        admin_client.post(f"{BASE}{promotion.pk}/status/", {"status": status})
    promotion.refresh_from_db()
    assert promotion.status == "ended"
    page = text(admin_client.get(f"{BASE}{promotion.pk}/change/"))
    assert "This promotion is over" in page


def test_a_sample_cart_shows_what_it_would_do_before_it_runs(admin_client: Client) -> None:
    make_variant(sku="MUG", price="10.00")
    promotion = make_promotion(is_active=False, title_en="Ten off")
    page = admin_client.post(
        f"{BASE}{promotion.pk}/try/", {"articles": "MUG x 2\nNONE", "currency": "eur", "shipping": "4.90"}
    )
    (row,) = page.context["rows"]
    assert (str(row.before), str(row.off), str(row.after)) == ("20.00 EUR", "2.00 EUR", "18.00 EUR")
    assert "There is no article NONE." in text(page)


@pytest.mark.parametrize(
    ("condition", "typed"),
    [
        ({"kind": "segments", "names": ["vip"]}, {"segments": "new, vip"}),
        ({"kind": "channels", "names": ["fair"]}, {"channel": "fair"}),
        ({"kind": "payment_methods", "names": ["sandbox"]}, {"payment_method": "sandbox"}),
        ({"kind": "tiers", "names": ["gold"]}, {"tier": "gold"}),
    ],
)
def test_a_sample_cart_can_be_anybodys(
    admin_client: Client, condition: dict[str, Any], typed: dict[str, str]
) -> None:
    make_variant(sku="MUG", price="10.00")
    promotion = make_promotion(None, condition, is_active=False)
    cart = {"articles": "MUG x 2", "currency": "EUR"}
    given = [
        str(admin_client.post(f"{BASE}{promotion.pk}/try/", cart | more).context["rows"][0].off)
        for more in ({}, typed)
    ]
    assert given == ["0.00 EUR", "2.00 EUR"]


def test_last_weeks_orders_say_what_it_would_have_cost(admin_client: Client) -> None:
    make_order((make_article(price="10.00"), 2))
    make_order((make_article(price="30.00"), 1), email="bob@example.com")
    promotion = make_promotion(None, {"kind": "minimum", "amounts": {"EUR": "25"}}, is_active=False)
    page = admin_client.get(f"{BASE}{promotion.pk}/replay/")
    replay = page.context["replay"]
    assert (replay.cart_quantity, replay.touched_quantity) == (2, 1)
    assert [str(amount) for amount in replay.given] == ["3.00 EUR"]
    ((goods, given, percent),) = replay.currencies
    assert (str(goods), str(given), percent) == ("50.00 EUR", "3.00 EUR", 6)
    assert "It would have touched 1 of 2 orders." in text(page)


def test_codes_are_drawn_and_downloaded(admin_client: Client) -> None:
    promotion = make_promotion(needs_coupon=True)
    admin_client.post(
        f"{BASE}{promotion.pk}/coupons/",
        {"name": "=Fair", "quantity": "3", "usage_limit": "1", "code_prefix": "F"},
    )
    batch = CouponBatch.objects.get()
    answer = admin_client.post(
        "/admin/catalog/couponbatch/", {"action": "download", "_selected_action": [batch.pk]}
    )
    lines = answer.content.decode().splitlines()
    assert lines[0] == "batch,code,ends_at"
    assert {line.split(",")[1] for line in lines[1:]} == set(Coupon.objects.values_list("code", flat=True))
    assert lines[1].startswith("'=Fair,F")


def test_no_cell_of_the_download_is_a_formula(admin_client: Client) -> None:
    promotion = make_promotion(needs_coupon=True)
    batch = CouponBatch.objects.create(
        promotion=promotion, name="\tFair", quantity=1, created_by="anna", created_at=now()
    )
    Coupon.objects.create(promotion=promotion, batch=batch, code="-1+1", created_at=now())
    answer = admin_client.post(
        "/admin/catalog/couponbatch/", {"action": "download", "_selected_action": [batch.pk]}
    )
    assert answer.content.decode().splitlines()[1] == "'\tFair,'-1+1,"


def test_the_calendar_places_what_runs(admin_client: Client) -> None:
    monday = localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    make_promotion(starts_at=monday + timedelta(days=2), ends_at=monday + timedelta(days=4))
    make_promotion(starts_at=monday - timedelta(days=9), ends_at=monday - timedelta(days=1))
    page = admin_client.get(f"{BASE}calendar/")
    assert [(row.before, row.length, row.after) for row in page.context["rows"]] == [(2, 2, 31)]
    assert admin_client.get(f"{BASE}calendar/?from=nonsense").status_code == 200
    page = admin_client.get(f"{BASE}calendar/?from=2026-11-16")
    assert [(f"{month.first:%m}", month.length) for month in page.context["months"]] == [
        ("11", 15),
        ("12", 20),
    ]
    assert "November 2026" in page.content.decode()


def test_a_campaign_keeps_its_budgets_through_the_form(admin_client: Client) -> None:
    form = {"budgets-TOTAL_FORMS": "1", "budgets-INITIAL_FORMS": "0", "budgets-0-currency": "EUR"}
    answer = admin_client.post(
        "/admin/catalog/campaign/add/",
        {"name": "May", "key": "may", "usage_limit": "9", "budgets-0-limit_amount": "100"} | form,
    )
    assert answer.status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.usage_limit, str(campaign.budgets.get())) == (9, "100.000 EUR")


def test_a_coupon_is_saved_by_its_service(admin_client: Client) -> None:
    promotion = make_promotion(needs_coupon=True)
    admin_client.post(
        "/admin/catalog/coupon/add/",
        {"promotion": promotion.pk, "code": "hello", "is_active": "on", "usage_limit": "5"},
    )
    assert Coupon.objects.get().code == "HELLO"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"),
    [("promotion", 5), ("coupon", 5), ("campaign", 5), ("redemption", 5)],
)
def test_lists_run_the_same_queries_for_any_number_of_rows(
    admin_client: Client, page: str, queries: int, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        make_coupon()
        make_campaign()
    admin_client.get(f"/admin/catalog/{page}/")
    with django_assert_max_num_queries(queries + 3):
        assert admin_client.get(f"/admin/catalog/{page}/").status_code == 200


def test_a_reader_may_not_change(client: Client) -> None:
    user = User.objects.create_user("reader@example.com", is_staff=True)
    client.force_login(user)
    promotion = make_promotion()
    for path in ("", "add/", f"{promotion.pk}/change/", f"{promotion.pk}/try/", "calendar/"):
        assert client.get(f"{BASE}{path}").status_code == 403
    assert client.post(f"{BASE}{promotion.pk}/status/", {"status": "ended"}).status_code == 403


def test_a_flash_sale_without_stock_says_that_it_reduces_nothing(admin_client: Client) -> None:
    sale = make_flash_sale((make_variant(), 5))
    assert "until then it reduces nothing" not in text(admin_client.get(f"{BASE}{sale.pk}/change/"))
    sale.flash_stock.all().delete()
    assert "until then it reduces nothing" in text(admin_client.get(f"{BASE}{sale.pk}/change/"))


def test_a_flash_sale_gets_its_own_stock(admin_client: Client) -> None:
    variant = make_variant(sku="MUG 1", price="10.00")
    sale = make_flash_sale((variant, 5))
    page = f"{BASE}{sale.pk}/stock/"
    assert admin_client.get(page).context["form"]["items"].value() == "MUG 1 x 5"
    assert admin_client.post(page, {"items": "MUG 1 x 20, 2 each"}).status_code == 302
    stock = sale.flash_stock.get()
    assert (stock.limit_quantity, stock.per_customer_quantity) == (20, 2)
    for wrong in ("MUG 1", "NONE x 3"):
        assert list(admin_client.post(page, {"items": wrong}).context["form"].errors) == ["items"]


def test_summaries_call_categories_by_name_in_the_readers_language(admin_client: Client) -> None:
    make_category("kitchen")
    make_category("kitchen/cups")
    Category.objects.filter(path="kitchen").update(name_en="Kitchen", name_zh_hans="厨房")
    Category.objects.filter(path="kitchen/cups").update(name_en="Cups", name_zh_hans="杯子")
    target = {"include": ["category:kitchen/cups", "sku:X"], "exclude": ["category:gone"]}
    make_promotion(
        {"kind": "percent_off", "percent": "20", "target": target},
        {"kind": "minimum", "amounts": {"EUR": "40"}, "target": {"include": ["category:kitchen"]}},
    )
    forget_category_tree()
    page = text(admin_client.get(BASE))
    assert "20 % off Kitchen › Cups or sku:X but not category:gone, from 40 EUR of Kitchen on." in page
    assert "厨房 › 杯子" in text(admin_client.get(BASE, headers={"Accept-Language": "zh-hans"}))


def test_a_list_names_what_promotions_name_by_few_queries(
    admin_client: Client, django_assert_max_num_queries: Any
) -> None:
    make_brand("Vale")
    variant = make_variant(sku="MUG-1", product=make_product("Mug", chinese="杯", slug="mug"))
    Collection.objects.create(slug="spring", name_en="Spring", name_zh_hans="春季")
    keys = ["brand:vale", "collection:spring", "product:mug", f"sku:{variant.sku}", "tag:gift", "brand:gone"]
    for key in keys:
        make_promotion(
            {"kind": "percent_off", "percent": "20", "target": {"include": [key]}}, promotion_class="product"
        )
    make_promotion(
        {"kind": "free_shipping", "percent": "100", "methods": ["standard"]},
        {"kind": "channels", "names": ["web", "market"]},
        promotion_class="shipping",
    )
    zone = ShippingZone.objects.create(name="Europe", countries=["NL"])
    ShippingMethod.objects.create(
        zone=zone, code="standard", name="By post", name_zh_hans="邮寄", days_from=1, days_to=2
    )
    admin_client.get(BASE)
    with django_assert_max_num_queries(12):
        page = text(admin_client.get(BASE))
    for told in ("Vale", "collection “Spring”", "Mug", "Mug (MUG-1)", "tag “gift”", "brand:gone"):
        assert f"20 % off {told}." in page
    assert "delivery free (By post), through market, the shop's own pages." in page.replace("&#x27;", "'")
    chinese = text(admin_client.get(BASE, headers={"Accept-Language": "zh-hans"}))
    assert "春季" in chinese
    assert "邮寄" in chinese
