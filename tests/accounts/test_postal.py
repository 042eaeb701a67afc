"""Addresses by the rules of their country."""

from __future__ import annotations

import pytest
from django.utils import translation

from shop.accounts.domain.postal import PostalAddress, check_postal_address, load_country_rule
from shop.accounts.forms import AddressForm
from shop.accounts.queries.countries import list_countries

GOOD = [
    PostalAddress(
        first_name="小明",
        last_name="王",
        line1="中关村大街1号",
        city="海淀区",
        region="北京市",
        postal_code="100080",
        country="CN",
        phone="13800138000",
    ),
    PostalAddress(
        first_name="Ada",
        last_name="Byron",
        line1="1 Main St",
        city="Springfield",
        region="IL",
        postal_code="62701",
        country="US",
    ),
    PostalAddress(
        first_name="Ute",
        last_name="Koch",
        line1="Hauptstr. 5",
        city="Berlin",
        postal_code="10115",
        country="DE",
    ),
    PostalAddress(
        first_name="Ann",
        last_name="Lee",
        line1="10 Downing Street",
        city="London",
        postal_code="SW1A 2AA",
        country="GB",
    ),
    PostalAddress(
        first_name="Tai Man",
        last_name="Chan",
        line1="1 Queen's Road",
        city="Central",
        region="Hong Kong Island",
        country="HK",
    ),
    PostalAddress(
        first_name="花子",
        last_name="山田",
        line1="丸の内1-9-1",
        city="千代田区",
        region="東京都",
        postal_code="100-0005",
        country="JP",
    ),
    PostalAddress(
        first_name="Piet",
        last_name="Bos",
        line1="Damrak 1",
        city="Amsterdam",
        postal_code="1012 LG",
        country="NL",
    ),
]


@pytest.mark.parametrize("address", GOOD, ids=lambda address: address.country)
def test_good_ones_pass(address: PostalAddress) -> None:
    assert check_postal_address(address) == []


@pytest.mark.parametrize(
    ("country", "changes", "field", "code"),
    [
        ("US", {"postal_code": "ABC"}, "postal_code", "invalid_postal_code"),
        ("US", {"region": ""}, "region", "required"),
        ("US", {"region": "Bavaria"}, "region", "unknown_region"),
        ("CN", {"postal_code": "1000"}, "postal_code", "invalid_postal_code"),
        ("DE", {"city": ""}, "city", "required"),
        ("DE", {"phone": "1"}, "phone", "invalid_phone"),
        ("GB", {"postal_code": "99999"}, "postal_code", "invalid_postal_code"),
    ],
)
def test_bad_ones_name_the_field(country: str, changes: dict[str, str], field: str, code: str) -> None:
    good = next(address for address in GOOD if address.country == country)
    values = {name: getattr(good, name) for name in PostalAddress.field_names()} | changes
    assert [(problem.field, problem.code) for problem in check_postal_address(PostalAddress(**values))] == [
        (field, code)
    ]


def test_no_such_country() -> None:
    assert check_postal_address(PostalAddress(country="XX"))[0].code == "unknown_country"


def test_chinese_addresses_start_with_the_area_and_end_with_the_name() -> None:
    rule = load_country_rule("CN")
    assert rule is not None
    assert (
        rule.order.index("region")
        < rule.order.index("city")
        < rule.order.index("line1")
        < rule.order.index("last_name")
    )
    assert GOOD[0].full_name == "王小明"
    assert GOOD[0].lines()[-1] == "王小明"
    assert GOOD[1].lines() == ["Ada Byron", "1 Main St", "Springfield, IL 62701"]


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        (
            {"country": "HK", "region": "Hong Kong Island", "city": "Central"},
            ["Lee Ann", "1 High Street", "Central", "Hong Kong Island"],
        ),
        (
            {
                "country": "CN",
                "region": "北京市",
                "city": "北京市",
                "postal_code": "100080",
                "line1": "中关村大街1号",
            },
            ["100080", "北京市", "中关村大街1号", "Lee Ann"],
        ),
        (
            {"country": "GB", "city": "London", "postal_code": "SW1A 1AA"},
            ["Ann Lee", "1 High Street", "London", "SW1A 1AA"],
        ),
        (
            {"country": "JP", "region": "東京都", "city": "千代田区"},
            ["東京都", "千代田区", "1 High Street", "Lee Ann"],
        ),
        ({"country": "US", "city": "Springfield"}, ["Ann Lee", "1 High Street", "Springfield"]),
        (
            {"country": "SG", "city": "", "postal_code": "018956"},
            ["Ann Lee", "1 High Street", "SINGAPORE 018956"],
        ),
        ({"country": "XX", "city": "Far", "postal_code": "1"}, ["Ann Lee", "1 High Street", "1 Far"]),
    ],
)
def test_an_address_is_written_as_its_country_and_its_script_do(
    values: dict[str, str], lines: list[str]
) -> None:
    given = {"first_name": "Ann", "last_name": "Lee", "line1": "1 High Street", **values}
    assert PostalAddress(**given).lines() == lines


def test_the_form_follows_the_country() -> None:
    hong_kong = AddressForm(initial={"country": "HK"})
    assert "postal_code" not in hong_kong.fields
    american = AddressForm(initial={"country": "US"})
    assert str(american.fields["postal_code"].label) == "ZIP code"
    assert ("CA", "California") in american.fields["region"].choices  # type: ignore[attr-defined]
    assert american.fields["postal_code"].widget.attrs["autocomplete"] == "postal-code"


@pytest.mark.parametrize(
    ("language", "country", "option"),
    [
        ("en", "CN", ("浙江省", "浙江省 Zhejiang Sheng")),
        ("zh-hans", "CN", ("浙江省", "浙江省")),
        ("zh-hans", "HK", ("Kowloon", "九龍")),
        ("zh-hans", "US", ("CA", "California")),
    ],
)
def test_regions_are_named_for_their_reader(language: str, country: str, option: tuple[str, str]) -> None:
    with translation.override(language):
        form = AddressForm(initial={"country": country})
    assert option in form.fields["region"].choices  # type: ignore[attr-defined]  # a choice field by then


def test_only_countries_can_be_chosen() -> None:
    codes = {code for code, _ in list_countries("en")}
    assert {"NL", "CN", "US", "TW", "XK"} <= codes
    # The European Union, the United Nations and the locales' test languages are no destinations.
    assert not codes & {"EU", "EZ", "UN", "XA", "XB", "QO", "ZZ", "IC"}


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh-hans", ["阿根廷", "德国", "法国", "日本", "英国", "中国"]),
        ("en", ["Afghanistan", "Åland Islands", "Albania", "Côte d’Ivoire", "Croatia", "Zimbabwe"]),
    ],
)
def test_countries_stand_where_a_reader_looks_for_them(language: str, names: list[str]) -> None:
    listed = [name for _code, name in list_countries(language)]
    assert [name for name in listed if name in names] == names
