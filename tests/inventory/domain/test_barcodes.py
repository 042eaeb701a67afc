"""Check digits, house codes and what GS1 codes say."""

from datetime import date

import pytest

from inventory.domain.barcodes import ScannedPack, is_ean, make_own_code, normalise_ean, read_gs1


@pytest.mark.parametrize(
    ("code", "is_right"),
    [
        ("73513537", True),
        ("036000291452", True),
        ("4006381333931", True),
        ("14006381333938", True),
        ("4006381333932", False),
        ("400638133393", False),
        ("ABCDEFGH", False),
        ("", False),
    ],
)
def test_check_digits(code: str, is_right: bool) -> None:
    assert is_ean(code) is is_right


def test_a_upc_is_the_ean_with_a_leading_zero() -> None:
    assert normalise_ean("036000291452") == "0036000291452"
    assert normalise_ean("4006381-333931") == "4006381333931"


def test_house_codes_are_valid_and_unlike() -> None:
    codes = {make_own_code(number) for number in (1, 2, 12345)}
    assert len(codes) == 3
    assert all(is_ean(code) and code.startswith("29") for code in codes)


@pytest.mark.parametrize(
    ("text", "pack"),
    [
        (
            "(01)14006381333938(17)271231(10)L7A",
            ScannedPack(gtin="14006381333938", lot_code="L7A", expires_on=date(2027, 12, 31)),
        ),
        ("0114006381333938", ScannedPack(gtin="14006381333938")),
        (
            "01140063813339381727020010X",
            ScannedPack(gtin="14006381333938", lot_code="X", expires_on=date(2027, 2, 28)),
        ),
        ("01140063813339391727020010X", None),
        ("(01)14006381333938(17)271340", None),
        ("TEA-1", None),
    ],
)
def test_gs1_codes_are_taken_apart(text: str, pack: ScannedPack | None) -> None:
    assert read_gs1(text) == pack
