"""Why a row of a file was refused, or what is to be mended in it: kept as a code with facts, said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

Fact = str | int
SAID = "said"
# Words by code. A code is kept in the database: it may get other words, but is never used for anything else.
WORDS = {
    # What was kept before reasons had codes, and what another program says.
    SAID: "%(text)s",
    # Prices
    "price_missing": _("it has no price"),
    "price_unreadable": _("“%(text)s” is not a price"),
    "price_below_zero": _("the price %(text)s is below zero"),
    "price_too_high": _("the price %(text)s is too high"),
    "price_too_fine": _("%(currency)s has no fraction smaller than %(unit)s: %(text)s"),
    "price_nowhere": _("it has no price in a currency of the shop"),
    "currency_unknown": _("the shop has no currency %(currency)s"),
    "currency_left_out": _("price left out: the shop has no currency %(currency)s"),
    "compare_at_left_out": _("compare-at price left out: %(reason)s"),
    "compare_at_not_above": _("compare-at price left out: %(before)s is not above %(amount)s"),
    "compare_at_too_low": _("the compare-at price %(before)s is not above %(amount)s"),
    # Articles
    "sku_long": _("its SKU is longer than %(most)s characters"),
    "sku_same": _("it has the same SKU as row %(row)s"),
    "sku_taken": _("the SKU %(sku)s belongs to the product %(product)s"),
    "sku_before": _("the SKU %(sku)s came before, in %(product)s"),
    "sku_unknown": _("there is no article %(sku)s"),
    "options_same": _("it has the same options as row %(row)s"),
    "barcode_wrong": _("barcode %(text)s left out: its check digit or length is wrong"),
    "weight_unreadable": _("weight “%(text)s” left out"),
    "variants_none": _("none of its variants can be imported"),
    "variants_unwritten": _("none of its variants can be written"),
    # Stock
    "stock_unreadable": _("stock “%(text)s” left out: it is not a whole number"),
    "stock_below_zero": _("stock %(quantity)s taken as 0"),
    "stock_uncounted": _("it is in stock, but the file gives no number: sold out unless a stock is assumed"),
    "stock_shared": _("its stock is shared by these variants and was left out"),
    "stock_homeless": _(
        "stock left out: there is no warehouse %(code)s; add it in the back office, then import again with --stock"
    ),
    "stock_no_warehouse": _(
        "stock left out: there is no active warehouse; add it in the back office, then import again with --stock"
    ),
    # Products
    "handle_missing": _("it has no handle"),
    "handle_apart": _("its handle came before: the rows of one product must stand together"),
    "handle_before": _("its handle came before"),
    "handle_empty": _("its handle has no letter and no digit"),
    "slug_missing": _("it has no slug"),
    "slug_apart": _("its slug came before: the rows of one product must stand together"),
    "slug_before": _("its slug came before"),
    "name_missing": _("it has no name"),
    "name_en_missing": _("it has no name_en in its first row"),
    "name_above_missing": _("no row with a name stands above it"),
    "name_cut": _("name cut to %(most)s characters"),
    "title_missing": _("it has no title"),
    "row_unreadable": _("its first row cannot be read"),
    "key_missing": _("it has neither SKU nor ID"),
    "upc_missing": _("it has neither UPC nor partner SKU"),
    "same_row": _("row %(row)s is the same product"),
    "same_product": _("it is the same product as %(product)s"),
    "gift_card": _("gift cards cannot be imported as products"),
    "grouped": _("grouped products are not sold here: their parts are imported by themselves"),
    "external": _("external products are sold by somebody else"),
    "kind_unknown": _("the type “%(kind)s” is not known"),
    "parent_missing": _("its parent %(parent)s is not in the file"),
    "parent_unnamed": _("its parent (none given) is not in the file"),
    "variations_none": _("it has no variations in the file"),
    "variation_vague": _("it does not say which values of its parent's attributes it stands for"),
    "variation_many": _("it stands for %(count)s combinations, more than %(most)s"),
    "variation_any": _("it stands for any value of an attribute: imported as %(count)s variants"),
    "hidden": _("it is hidden in the catalogue: imported as a draft"),
    "kept_as_draft": _(
        "kept as a draft: it scores %(score)s, below the mark for publishing; its page says what to mend"
    ),
    "language_unspoken": _("words in %(languages)s left out: the shop does not speak them"),
    "database_refused": _("the database refused it: %(text)s"),
    # Where it stands
    "category_cut": _("category cut to three levels: %(path)s"),
    "category_first_of": _("filed under the first of %(count)s categories, %(category)s"),
    "category_by_tag": _("it has no type: filed under its first tag, %(tag)s"),
    "category_missing": _("it has no category: found by search only"),
    "category_and_tag_missing": _("it has neither type nor tag: found by search only"),
    "collection_ruled": _("collection %(key)s left out: a rule fills it"),
    "tag_left_out": _("tag “%(tag)s” left out: %(most)s are the most, each of %(length)s characters at most"),
    # What it states
    "attribute_left_out": _("%(key)s left out: %(reason)s"),
    "text_long": _("A text has %(count)s letters at most."),
    "choice_unreadable": _("“%(text)s” is not a choice."),
    "number_unreadable": _("“%(text)s” is not a number."),
    "flag_unreadable": _("“%(text)s” is neither yes nor no."),
    "day_unreadable": _("“%(text)s” is no day. Write it as 2026-03-31."),
    "window_reversed": _("unpublish_at left out: it is not after publish_at"),
    "policy_unknown": _("return_policy “%(text)s” left out: it is none of %(known)s"),
    "warranty_unreadable": _("warranty_months “%(text)s” left out: it is not 0 to %(most)s"),
    "instant_unreadable": _("%(column)s “%(text)s” left out: write it as 2026-03-31T08:00Z"),
    # Files
    "picture_not_fetched": _("picture not fetched: %(name)s"),
    "picture_left_out": _("picture left out: %(name)s: %(reason)s"),
    "document_missing": _("document not found: %(name)s"),
    "document_no_pdf": _("document left out: %(name)s: it is no PDF of 20 MB at most"),
    "document_kind": _("document %(name)s left out: “%(kind)s” is none of %(known)s"),
    "host_silent": _("%(host)s did not answer %(count)s times: it is not asked again"),
    "address_moves": _("it redirects more than %(count)s times"),
    "address_late": _("it did not arrive within %(seconds)s seconds"),
    "address_unreadable": _("its address cannot be read"),
    "address_scheme": _("its address does not begin with http:// or https://"),
    "address_user": _("its address carries a user name or password"),
    "address_port": _("its address names port %(port)s: only 80 and 443 are asked"),
    "address_answers": _("its address answers %(status)s"),
    "address_private": _("its address leads into a private network"),
    "address_slow": _("its address does not answer in time"),
    "address_unreachable": _("its address cannot be reached"),
    "address_no_picture": _("its address answers %(kind)s, not a picture"),
    "picture_large": _("it is larger than 30 MB"),
    "picture_bytes": _("the picture has %(count)s bytes, more than %(most)s"),
    "picture_pixels": _("the picture has more than %(most)s pixels"),
    "picture_unreadable": _("the file is no picture that can be read"),
    # Rows
    "cell_long": _("a cell is longer than a million characters: is a quote missing?"),
    "cells_many": _("it has %(count)s cells, the header has %(most)s: is a quote missing?"),
    # Rows of prices
    "row_sku_missing": _("sku: write the article's SKU."),
    "row_sku_or_gtin": _("sku: write the article's SKU, or its barcode under gtin."),
    "row_sku_unknown": _("sku: there is no article %(sku)s."),
    "row_gtin_unknown": _("gtin: no article, or several, have this barcode; write the SKU."),
    "row_currency": _("currency: write one of %(known)s."),
    "row_number": _("%(column)s: “%(text)s” is not a whole number from %(least)s to %(most)s."),
    "row_text_long": _("%(column)s: write at most %(most)s characters."),
    "row_instant": _("%(column)s: “%(text)s” is no instant. Write it as 2026-03-31T08:00Z."),
    "row_window": _("valid_until: it is not after valid_from."),
    "row_list_key": _("list: “%(text)s” makes no key. Write Latin letters and digits, such as vip-eur."),
    "row_list_missing": _(
        "list: name the price list. Without one it is the base price, which has no quantity, tier, channel or window."
    ),
    "row_list_currency": _("currency: the list %(list)s is in %(currency)s."),
    "row_list_differs": _("%(column)s: row %(row)s says something else about the list %(list)s."),
    "list_emptied": _("%(column)s of the list %(list)s is emptied; it was %(before)s"),
    "row_price_again": _("row %(row)s sets this price already"),
    "row_compare_at": _("compare_at: %(before)s is not above the price %(amount)s."),
    "row_compare_at_of_list": _("compare_at left out: only base prices have one"),
    "price_below_cost": _("%(amount)s is below the cost, %(cost)s"),
    "price_moves_far": _("it moves by %(percent)s %%, more than %(most)s %%"),
    "price_far_from_base": _("it is %(percent)s %% off the base price, more than %(most)s %%"),
    "price_never_counts": _(
        "a list for everybody counts from two articles on: this price will not be used; name a tier or a channel"
    ),
    "row_competitor": _("competitor: write a name of at most %(most)s characters."),
    "row_price": _("price: %(reason)s"),
    "row_price_none": _("price: write an amount above 0."),
    "row_url": _("url: write a web address that begins with https://, or nothing."),
    "row_day": _("seen_at: write a day such as 2026-11-22."),
    "row_day_ahead": _("seen_at: this day has not come yet."),
    "row_seen_later": _("row %(row)s has a later price of this competitor"),
    "price_seen_later": _("left as it is: a price that was seen later is known"),
    "price_too_old": _("rules look back %(days)s days: they will ignore this price"),
    # Categories
    "path_missing": _("it has no path"),
    "level_unnamed": _("one of its levels has no name"),
    "path_long": _("its address is longer than %(most)s characters"),
    "level_folded": _("level %(level)s: folded into %(path)s"),
    # Whole files
    "file_empty": _("The file is empty."),
    "file_damaged": _("The file is damaged: it cannot be unpacked."),
    "file_large": _("The file is larger than %(most)s MB unpacked."),
    "file_no_json": _("The file is no JSON that can be read."),
    "file_no_text": _("The file is neither UTF-8 nor GB18030 nor Windows-1252 text."),
    "file_unknown": _(
        "This file is none of the formats that can be imported. A Shopify product CSV has the columns Handle, Title and "
        "Variant Price; a WooCommerce product CSV has Type, SKU, Name and Regular price; a Spree CSV has slug, sku, price, "
        "currency and option1_name; a Vendure CSV has name, slug, optionGroups and facets; an Oscar CSV has nine columns "
        "without a header; Saleor's is its fixture in JSON; category trees are Google's text or a JSON list of paths; our "
        "own format, CSV or XLSX, has handle, name_en, sku and price_<currency>; prices have list, sku and price; "
        "competitors' prices have competitor, price, currency and sku or gtin."
    ),
    "file_translations": _(
        "This file holds the translations of a Spree catalogue. Name it product_translations.csv, put it beside the file of "
        "the products, and import that one."
    ),
    "archive_damaged": _("The archive is damaged or no ZIP file."),
    "archive_full": _("The archive holds more than %(count)s files. Split it."),
    "archive_large": _("The archive unfolds to more than 2 GB. Split it."),
    "archive_escape": _("The archive holds a file outside itself: %(name)s."),
    "archive_link": _("The archive holds a link: %(name)s."),
    "archive_locked": _("The archive is locked by a password."),
    "entry_large": _("%(name)s is larger than 30 MB."),
    "entry_bomb": _("%(name)s unfolds beyond measure."),
    "entry_larger_than_told": _("%(name)s is larger than the archive says."),
    "entry_damaged": _("%(name)s cannot be unpacked: the archive is damaged."),
    "import_running": _("Another import is running. Start this one when it has ended."),
    "book_unreadable": _("The file is no XLSX workbook that can be read. Save it anew, or as CSV."),
    "book_empty": _("The workbook has no sheet."),
    "book_damaged": _("The file is damaged: it is no whole workbook."),
    "book_large": _("The workbook unfolds to more than can be read. Save it as CSV."),
    "columns_many": _("Row %(row)s has more than %(most)s columns. Delete the empty ones."),
    "rows_blank": _("More than %(most)s rows up to row %(row)s are empty. Delete them."),
    "work_cut_off": _("The work on this file was cut off %(count)s times."),
    "file_breaks": _("The file could not be read (%(kind)s)."),
    "command_stopped": _("The command was stopped. Start it again: what is done is done."),
}


class Reason(str):
    """Words in English, the language of logs and reports, which know their code and facts and can be said in any other."""

    __slots__ = ("code", "facts")
    code: str
    facts: Mapping[str, Fact]

    def __new__(cls, code: str, /, **facts: Fact) -> Self:
        """Build the words."""
        reason = super().__new__(cls, WORDS[code] % facts)
        reason.code, reason.facts = code, facts
        return reason

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is made from what is kept."""
        return read_reason, (self.to_json(),)

    def say(self) -> str:
        """Return the words in the active language."""
        facts = {name: fact.say() if isinstance(fact, Reason) else fact for name, fact in self.facts.items()}
        return gettext(WORDS[self.code]) % facts

    def to_json(self) -> dict[str, Any]:
        """Return what the database keeps."""
        facts = {
            name: fact.to_json() if isinstance(fact, Reason) else fact for name, fact in self.facts.items()
        }
        return {"code": self.code, "facts": facts}


def read_reason(kept: object) -> Reason:
    """Return the reason that `to_json` gave; words that were kept before there were codes stay as they are."""
    if not isinstance(kept, dict):
        return Reason(SAID, text=str(kept))
    facts = {
        name: read_reason(fact) if isinstance(fact, dict) else fact for name, fact in kept["facts"].items()
    }
    return Reason(kept["code"], **facts) if kept["code"] in WORDS else Reason(SAID, text=kept["code"])
