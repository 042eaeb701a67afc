"""Who bought in the demo shop's first month: invented people at real places."""

from dataclasses import dataclass
from typing import Final

from shop.accounts.domain.postal import PostalAddress


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A guest with an address, a currency and a language."""

    email: str
    address: PostalAddress
    currency: str = "EUR"
    language: str = "en"


def _customer(
    first: str,
    last: str,
    place: tuple[str, str, str, str, str],
    *,
    currency: str = "EUR",
    language: str = "en",
    handle: str = "",
) -> Customer:
    line1, city, region, postal_code, country = place
    address = PostalAddress(
        first_name=first,
        last_name=last,
        line1=line1,
        city=city,
        region=region,
        postal_code=postal_code,
        country=country,
    )
    email = f"{handle or f'{first}.{last}'.lower().replace(' ', '')}@example.com"
    return Customer(email=email, address=address, currency=currency, language=language)


CUSTOMERS: Final = (
    _customer("Jonas", "Brandt", ("Torstrasse 84", "Berlin", "", "10119", "DE")),
    _customer("Elise", "Moreau", ("12 Rue des Martyrs", "Paris", "", "75009", "FR")),
    _customer("Daan", "Visser", ("Oudegracht 211", "Utrecht", "", "3511 NH", "NL")),
    _customer("Greta", "Lindholm", ("Drottninggatan 41", "Stockholm", "", "111 21", "SE")),
    _customer("Pieter", "Claes", ("Kloosterstraat 57", "Antwerpen", "", "2000", "BE")),
    _customer("Lucia", "Ferri", ("Via dei Serpenti 90", "Roma", "RM", "00184", "IT")),
    _customer("Anneke", "de Boer", ("Nieuwe Binnenweg 302", "Rotterdam", "", "3021 GR", "NL")),
    _customer("Tobias", "Egger", ("Neubaugasse 25", "Wien", "", "1070", "AT")),
    _customer("Marta", "Nowak", ("ul. Mokotowska 17", "Warszawa", "", "00-640", "PL")),
    _customer("Sanne", "Bakker", ("Grote Markt 8", "Groningen", "", "9712 HN", "NL")),
    _customer(
        "晓雯", "林", ("武康路 376 号", "徐汇区", "上海市", "200031", "CN"),
        currency="CNY", language="zh-hans", handle="lin.xiaowen",
    ),
    _customer(
        "子涵", "陈", ("文三路 188 号", "西湖区", "浙江省", "310012", "CN"),
        currency="CNY", language="zh-hans", handle="chen.zihan",
    ),
    _customer(
        "Grace", "Whitfield", ("418 Valencia St", "San Francisco", "CA", "94103", "US"), currency="USD"
    ),
    _customer("Owen", "Marsh", ("27 Wythe Ave", "Brooklyn", "NY", "11249", "US"), currency="USD"),
)  # fmt: skip
