from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import (
    Attribute,
    AttributeChoice,
    SearchDocument,
    SearchSettings,
    SearchSynonym,
    SearchWord,
)
from catalog.queries.search import search_products
from catalog.queries.search_explanations import explain_search
from catalog.queries.search_rules import forget_search_rules
from catalog.services.rebuilds import finish_attribute
from catalog.services.search_documents import recount_words, set_sales_scores, sort_tiers
from catalog.services.search_rules import save_search_settings, save_synonym
from catalog.services.search_upkeep import refresh_outdated_documents
from tests.factories.catalog import make_brand, make_category, make_product, make_variant
from tests.factories.merchandise import make_attribute, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> dict[str, int]:
    """A few articles by name, with their ids."""
    rows = {
        "Clay teapot": "陶土茶壶",
        "Oak cupboard": "橡木橱柜",
        "Linen sofa": "亚麻沙发",
        "Travel mug": "旅行马克杯",
    }
    return {
        name: make_variant(product=make_product(name, chinese=chinese), sku=f"AB-{number}").product_id
        for number, (name, chinese) in enumerate(rows.items(), start=10)
    }


def _names(term: str, shelf: dict[str, int]) -> list[str]:
    names = {pk: name for name, pk in shelf.items()}
    return [names[pk] for pk in search_products(term, currency="EUR").product_ids]


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("teapots", ["Clay teapot"]),
        ("tea pot", ["Clay teapot"]),
        ("teap", ["Clay teapot"]),
        ("board", ["Oak cupboard"]),
        ("沙发", ["Linen sofa"]),
        ("马克杯", ["Travel mug"]),
        ("克杯", ["Travel mug"]),
        ("ab-12", ["Linen sofa"]),
        ("ＬＩＮＥＮ", ["Linen sofa"]),
    ],
)
def test_words_are_found_as_people_write_them(shelf: dict[str, int], term: str, names: list[str]) -> None:
    assert _names(term, shelf) == names
    assert not search_products(term, currency="EUR").is_nearest


@pytest.mark.parametrize(
    ("term", "meant"), [("teapott", "teapot"), ("cupbord", "cupboard"), ("linnen sofa", "linen sofa")]
)
def test_what_was_mistyped_is_mended(shelf: dict[str, int], term: str, meant: str) -> None:
    found = search_products(term, currency="EUR")
    assert (found.correction, found.is_nearest) == (meant, True)
    assert len(found.product_ids) == 1


@pytest.mark.parametrize(
    ("term", "names"),
    [
        # Every character stands in some article, but none says what it is.
        ("土旅咕亚", []),
        ("克噗噗", []),
        ("旅噗", []),
        # A word in three, or more than half of the characters.
        ("亚麻飞船", ["Linen sofa"]),
        ("linen spaceship", ["Linen sofa"]),
        ("linen xylophone quartet", ["Linen sofa"]),
        ("linen xylophone quartet zebra", []),
    ],
)
def test_near_is_only_what_has_enough_of_what_was_typed(
    shelf: dict[str, int], term: str, names: list[str]
) -> None:
    assert _names(term, shelf) == names
    assert search_products(term, currency="EUR").is_nearest


def test_other_currencies_are_not_found(shelf: dict[str, int]) -> None:
    assert search_products("teapot", currency="CNY").product_ids == ()


def test_a_term_takes_two_queries_and_a_hopeless_one_two(
    shelf: dict[str, int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    search_products("teapot", currency="EUR")
    with django_assert_num_queries(2):
        search_products("clay teapot", currency="EUR")
    with django_assert_num_queries(2):
        search_products("clay zzzzzz", currency="EUR")


def test_more_than_is_ranked_is_said(shelf: dict[str, int]) -> None:
    found = search_products("o", currency="EUR", most=1)
    assert not found.is_capped
    make_variant(product=make_product("Clay cup"))
    found = search_products("clay", currency="EUR", most=1)
    assert (len(found.product_ids), found.is_capped) == (1, True)


def test_operators_synonyms_are_believed_at_once(
    shelf: dict[str, int], django_capture_on_commit_callbacks: object
) -> None:
    assert search_products("couch", currency="EUR").product_ids == ()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # the fixture is a context manager
        save_synonym(SearchSynonym(words="couch, sofa"), actor="anna@example.com")
    assert _names("couch", shelf) == ["Linen sofa"]


def test_sales_and_stock_lift_what_fits_equally(shelf: dict[str, int]) -> None:
    first = make_variant(product=make_product("Green cup")).product_id
    second = make_variant(product=make_product("Green cup")).product_id
    assert search_products("green cup", currency="EUR").product_ids == (second, first)
    assert set_sales_scores({first: 0.8}) == 1
    assert search_products("green cup", currency="EUR").product_ids == (first, second)
    assert set_sales_scores({}) == 1
    sold_out = make_variant(product=make_product("Green cup"), available=0).product_id
    assert search_products("green cup", currency="EUR").product_ids[-1] == sold_out


def test_weights_are_the_operators(shelf: dict[str, int]) -> None:
    old = make_variant(product=make_product("Blue cup")).product_id
    new = make_variant(product=make_product("Blue cup with a saucer")).product_id
    assert search_products("blue cup", currency="EUR").product_ids == (old, new)
    set_sales_scores({new: 1.0})
    save_search_settings(SearchSettings(sales_weight=5.0), actor="anna@example.com")
    forget_search_rules()
    assert search_products("blue cup", currency="EUR").product_ids == (new, old)


def test_the_explanation_adds_up(shelf: dict[str, int]) -> None:
    explained = explain_search("the teapott", currency="EUR")
    assert explained.ignored == ("the",)
    (word,) = explained.words
    assert (word.typed, word.correction, word.also) == ("teapott", "teapot", ("teapot",))
    (row,) = explained.rows
    assert row.name == "Clay teapot"
    assert row.parts.stock == pytest.approx(0.15)
    assert row.parts.score == pytest.approx(
        row.parts.text + row.parts.stock + row.parts.sales + row.parts.freshness
    )


def test_the_vocabulary_is_counted_anew_and_forgets(shelf: dict[str, int]) -> None:
    make_variant(product=make_product("Clay bowl"))
    SearchWord.objects.create(word="gone")
    recount_words()
    assert dict(SearchWord.objects.filter(word__in=["clay", "gone", "ab"]).values_list()) == {"clay": 2}
    assert not SearchWord.objects.filter(word__regex=r"\d").exists()


def test_documents_of_an_older_make_are_written_anew(shelf: dict[str, int]) -> None:
    SearchDocument.objects.filter(product_id=shelf["Clay teapot"]).update(version=0, vector="")
    assert search_products("teapot", currency="EUR").product_ids == ()
    assert refresh_outdated_documents() == 1
    assert refresh_outdated_documents() == 0
    assert _names("teapot", shelf) == ["Clay teapot"]


def test_a_tier_moves_with_its_lexeme_and_survives_a_rewrite(
    shelf: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.services.search_documents.LEAST_TO_SORT", 1)
    monkeypatch.setattr("catalog.services.search_documents.BEST_SHARE", 0.25)
    monkeypatch.setattr("catalog.services.search_documents.UPPER_SHARE", 0.5)
    set_sales_scores({shelf["Linen sofa"]: 1.0, shelf["Oak cupboard"]: 0.5})
    assert sort_tiers() == 2
    assert sort_tiers() == 0
    tiers = dict(SearchDocument.objects.values_list("product_id", "tier"))
    assert [tiers[pk] for pk in shelf.values()] == [2, 1, 0, 2]
    assert _names("sofa", shelf) == ["Linen sofa"]
    SearchDocument.objects.update(version=0)
    refresh_outdated_documents()
    assert SearchDocument.objects.get(product_id=shelf["Linen sofa"]).tier == 0
    assert _names("sofa", shelf) == ["Linen sofa"]


def test_brands_shelves_and_options_are_found() -> None:
    product = make_product(
        "Plain mug",
        category=make_category("kitchen/cups", name="Cups", chinese="杯具"),
        brand=make_brand("Oak & Sons"),
    )
    make_variant(product=product, options={"Color": "Sage|鼠尾草绿"})
    for term in ("oak", "kitchen", "杯具", "sage mug", "鼠尾草"):
        assert search_products(term, currency="EUR").product_ids == (product.pk,), term


def test_what_a_product_states_is_found_in_both_languages_and_counts_less_than_its_name() -> None:
    make_attribute("material", name="Material", chinese="材质")
    make_attribute("dishwasher", kind="boolean", name="Dishwasher safe")
    make_attribute("care", kind="text", name="Care")
    stated, named = make_product("Round tray"), make_product("Oak tray")
    for product in (stated, named):
        make_variant(product=product)
    state(stated, material="Oak|橡木", dishwasher="yes", care="Wipe gently")
    names = {stated.pk: "stated", named.pk: "named"}

    def find(term: str) -> list[str]:
        found = search_products(term, currency="EUR")
        return [] if found.is_nearest else [names[pk] for pk in found.product_ids]

    assert find("oak") == ["named", "stated"]
    assert find("橡木") == ["stated"]
    assert find("dishwasher") == ["stated"]
    assert find("gently") == ["stated"]
    AttributeChoice.objects.update(value_en="Walnut")
    finish_attribute(Attribute.objects.get(key="material").pk, actor="anna")
    assert find("walnut") == ["stated"]
    assert find("oak") == ["named"]
