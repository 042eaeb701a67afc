"""The back office: its navigation by job, its look. A role sees the entries that its permissions open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

Words = str | Promise
Choice = tuple[str, str]


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


# Pages with an entry of their own below the address of a list.
_OWN_PAGES: list[Words] = []


def _is_own_page(path: str) -> bool:
    """Whether an entry of its own stands for the page, or for the page above it."""
    return any(path.startswith(str(page)) for page in _OWN_PAGES)


def _stand_on(path: Words, choice: Choice | None) -> Callable[[HttpRequest], bool]:
    """Whether the page shown is the entry's: its list with the entry's filter; rows belong to the plain list."""

    def is_here(request: HttpRequest) -> bool:
        if not request.path.startswith(str(path)) or _is_own_page(request.path):
            return False
        return choice is None or request.GET.get(choice[0], "") == choice[1]

    return is_here


def _link(page: str, choice: Choice | None) -> Callable[[HttpRequest], str]:
    """A function, not a text: of a text that a tab has too, the library would light every entry of the list."""

    def build(_request: HttpRequest) -> str:
        path = reverse(f"admin:{page}_changelist")
        return f"{path}?{choice[0]}={choice[1]}" if choice and choice[1] else path

    return build


def _entry(
    title: Words, page: str, *, icon: str = "", choice: Choice | None = None, badge: str = ""
) -> dict[str, Any]:
    """One list, narrowed by ``choice`` (parameter, value); an empty value is the list without that filter."""
    app, _separator, model = page.partition("_")
    return {
        "title": title,
        "icon": icon,
        "link": _link(page, choice),
        "active": _stand_on(reverse_lazy(f"admin:{page}_changelist"), choice),
        "permission": _may(f"{app}.view_{model}"),
        "count": badge,
    }


def _page(title: Words, name: str, *, icon: str, permission: str) -> dict[str, Any]:
    """One page that is not a list."""
    address = reverse_lazy(f"admin:{name}")
    _OWN_PAGES.append(address)
    return {
        "title": title,
        "icon": icon,
        "link": address,
        "active": lambda request: request.path.startswith(str(address)),
        "permission": _may(permission),
    }


def _tabs(page: str, *entries: tuple[Words, str, str]) -> dict[str, Any]:
    return {
        "models": [page.replace("_", ".", 1)],
        "items": [
            _entry(title, page, choice=(parameter, value)) | {"active": _has_choice(parameter, value)}
            for title, parameter, value in entries
        ],
    }


def _has_choice(parameter: str, value: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.GET.get(parameter, "") == value


NAVIGATION: Final[list[dict[str, Any]]] = [
    {
        "items": [
            {
                "title": _("Today"),
                "icon": "wb_sunny",
                "link": reverse_lazy("admin:index"),
                "active": lambda request: request.path == reverse_lazy("admin:index"),
            }
        ]
    },
    {
        "title": _("Orders"),
        "items": [
            _entry(
                _("To ship"),
                "orders_order",
                icon="package_2",
                choice=("work", "ship"),
                badge="orders_to_ship",
            ),
            _entry(
                _("In trouble"),
                "orders_order",
                icon="warning",
                choice=("work", "problem"),
                badge="orders_in_trouble",
            ),
            _entry(_("Unpaid"), "orders_order", icon="hourglass_top", choice=("work", "unpaid")),
            _entry(_("All orders"), "orders_order", icon="receipt_long", choice=("work", "")),
            _entry(_("Parcels"), "orders_shipment", icon="local_shipping"),
        ],
    },
    {
        "title": _("Service"),
        "items": [_entry(_("Tickets"), "crm_ticket", icon="support_agent", badge="tickets_open")],
    },
    {
        "title": _("Payments"),
        "items": [
            _entry(_("Payments"), "payments_payment", icon="payments"),
            _entry(_("Refunds"), "payments_refund", icon="undo"),
            _entry(_("Differences"), "payments_reconciliationcase", icon="difference", badge="cases_open"),
            _entry(_("Settlement"), "payments_settlementline", icon="account_balance"),
            _entry(_("Callbacks"), "payments_gatewaycallback", icon="call_received"),
        ],
    },
    {
        "title": _("Catalogue"),
        "items": [
            _entry(_("Products"), "catalog_product", icon="inventory_2"),
            _entry(_("Variants and prices"), "catalog_variant", icon="sell"),
            _entry(_("Categories"), "catalog_category", icon="account_tree"),
            _entry(_("Brands"), "catalog_brand", icon="workspace_premium"),
            _entry(_("Collections"), "catalog_collection", icon="collections_bookmark"),
            _entry(_("Product types"), "catalog_producttype", icon="category"),
            _entry(_("Attributes"), "catalog_attribute", icon="label"),
            _entry(_("Listing policy"), "catalog_listingpolicy", icon="verified"),
            _entry(_("Bulk edits"), "catalog_bulkedit", icon="history"),
            _entry(_("Redirects"), "catalog_redirect", icon="alt_route"),
            _entry(_("Waiting for stock"), "catalog_stocknotice", icon="notifications"),
            _entry(_("Imports"), "catalog_importrun", icon="upload_file"),
            _entry(_("Searches"), "catalog_searchtermday", icon="query_stats"),
            _entry(_("Search settings"), "catalog_searchsettings", icon="tune"),
            _entry(_("Synonyms"), "catalog_searchsynonym", icon="compare_arrows"),
            _entry(_("Search redirects"), "catalog_searchredirect", icon="moved_location"),
        ],
    },
    {
        "title": _("Prices and promotions"),
        "items": [
            _entry(_("Promotions"), "catalog_promotion", icon="percent"),
            _page(
                _("Calendar"),
                "catalog_promotion_calendar",
                icon="calendar_month",
                permission="catalog.view_promotion",
            ),
            _entry(_("Buying groups"), "orders_buyinggroup", icon="groups"),
            _entry(_("Campaigns"), "catalog_campaign", icon="campaign"),
            _entry(_("Coupons"), "catalog_coupon", icon="confirmation_number"),
            _entry(_("Batches of coupons"), "catalog_couponbatch", icon="dynamic_feed"),
            _entry(_("Uses"), "catalog_redemption", icon="redeem"),
            _entry(_("Price changes"), "catalog_pricebatch", icon="price_change"),
            _entry(_("Prices to decide on"), "catalog_pricesuggestion", icon="price_check"),
            _entry(_("Pricing rules"), "catalog_pricingrule", icon="rule"),
            _entry(_("Competitors' prices"), "catalog_competitorprice", icon="storefront"),
            _entry(_("Unit costs"), "catalog_unitcost", icon="sell"),
            _entry(_("Price history"), "catalog_pricehistory", icon="history"),
            _entry(_("Price lists"), "catalog_pricelist", icon="request_quote"),
            _entry(_("Customer tiers"), "catalog_customerstanding", icon="military_tech"),
        ],
    },
    {
        "title": _("Stock"),
        "items": [
            _page(
                _("Warehouse floor"),
                "floor",
                icon="barcode_scanner",
                permission="inventory.change_stocklevel",
            ),
            _page(
                _("Figures"), "inventory_figures", icon="query_stats", permission="inventory.view_stocklevel"
            ),
            _entry(_("Levels"), "inventory_stocklevel", icon="shelves"),
            _entry(
                _("To reorder"),
                "inventory_reorderalert",
                icon="production_quantity_limits",
                badge="alerts_open",
            ),
            _entry(_("Movements"), "inventory_stockmovement", icon="swap_vert"),
            _entry(_("Reservations"), "inventory_reservation", icon="lock_clock"),
            _entry(_("Lots"), "inventory_lot", icon="qr_code_2"),
            _entry(_("By bin and lot"), "inventory_stockitem", icon="grid_view"),
            _entry(_("Zones"), "inventory_zone", icon="dashboard"),
            _entry(_("Bins"), "inventory_bin", icon="shelf_position"),
            _entry(_("Barcodes"), "inventory_barcode", icon="barcode"),
            _entry(_("Pack sizes"), "inventory_packunit", icon="package_2"),
            _entry(_("Channels"), "inventory_channelstock", icon="alt_route"),
            _entry(_("Transfers"), "inventory_transfer", icon="move_up"),
            _entry(_("Stock cases"), "inventory_stockcase", icon="rule"),
            _entry(_("Warehouses"), "inventory_warehouse", icon="warehouse"),
        ],
    },
    {
        "title": _("Buying"),
        "items": [
            _entry(
                _("To order today"),
                "inventory_purchasesuggestion",
                icon="add_shopping_cart",
                choice=("show", ""),
                badge="suggestions_open",
            ),
            _entry(
                _("Purchase orders"), "inventory_purchaseorder", icon="request_quote", choice=("work", "")
            ),
            _entry(_("Suppliers"), "inventory_supplier", icon="factory"),
            _entry(_("Suppliers' articles"), "inventory_supplieritem", icon="sell"),
            _entry(_("Forecasts"), "inventory_itemforecast", icon="monitoring"),
            _entry(_("Buying plans"), "inventory_itemplan", icon="rule"),
            _entry(_("Buying policy"), "inventory_buyingpolicy", icon="tune"),
        ],
    },
    {
        "title": _("Figures"),
        "items": [
            _entry(_("By day"), "analytics_dailyfigures", icon="bar_chart"),
            _entry(_("Events"), "analytics_event", icon="footprint"),
        ],
    },
    {
        "title": _("Delivery and tax"),
        "collapsible": True,
        "items": [
            _entry(_("Zones"), "orders_shippingzone", icon="public"),
            _entry(_("Methods and rates"), "orders_shippingmethod", icon="price_change"),
            _entry(_("Taxes"), "orders_taxrate", icon="percent"),
            _entry(_("Carriers' callbacks"), "orders_carriercallback", icon="call_received"),
        ],
    },
    {
        "title": _("Partners"),
        "collapsible": True,
        "items": [
            _entry(_("Keys"), "partners_apikey", icon="key"),
            _entry(_("Webhooks"), "partners_webhookendpoint", icon="webhook"),
            _entry(_("Deliveries"), "partners_webhookdelivery", icon="outgoing_mail"),
        ],
    },
    {
        "title": _("People and roles"),
        "items": [
            _entry(_("People"), "accounts_user", icon="group"),
            _entry(_("Roles"), "auth_group", icon="badge"),
            _entry(_("Refused sign-ins"), "axes_accessattempt", icon="lock_person"),
        ],
    },
    {
        "title": _("Jobs and health"),
        "collapsible": True,
        "items": [
            _entry(_("Invariants"), "kernel_invariantrun", icon="health_and_safety"),
            _entry(_("Outbox"), "kernel_outboxevent", icon="outbox"),
            _entry(_("Outgoing mail"), "kernel_outgoingemail", icon="mail"),
            _entry(_("Audit log"), "kernel_auditentry", icon="policy"),
        ],
    },
]

TABS: Final[list[dict[str, Any]]] = [
    _tabs(
        "orders_order",
        (_("All"), "work", ""),
        (_("To ship"), "work", "ship"),
        (_("To pack"), "work", "pack"),
        (_("Late"), "work", "late"),
        (_("In trouble"), "work", "problem"),
        (_("Held back"), "work", "held"),
        (_("Refunded, to be cancelled"), "work", "refunded"),
        (_("Unpaid"), "work", "unpaid"),
    ),
    _tabs(
        "inventory_stocklevel",
        (_("All"), "state", ""),
        (_("Low"), "state", "low"),
        (_("Sold out"), "state", "sold_out"),
    ),
    _tabs(
        "inventory_purchaseorder",
        (_("All"), "work", ""),
        (_("To approve"), "work", "approve"),
        (_("To send"), "work", "send"),
        (_("On the way"), "work", "receive"),
        (_("Late"), "work", "late"),
    ),
    _tabs("inventory_reorderalert", (_("Open"), "show", ""), (_("All"), "show", "all")),
    _tabs(
        "payments_reconciliationcase",
        (_("Open"), "show", ""),
        (_("Mine"), "show", "mine"),
        (_("All"), "show", "all"),
    ),
    _tabs(
        "crm_ticket",
        (_("All"), "status__exact", ""),
        (_("To answer"), "status__exact", "open"),
        (_("Waiting for the customer"), "status__exact", "waiting"),
        (_("Solved"), "status__exact", "solved"),
    ),
    _tabs(
        "kernel_outboxevent",
        (_("All"), "state", ""),
        (_("Waiting"), "state", "waiting"),
        (_("Dead letters"), "state", "dead"),
    ),
    _tabs(
        "kernel_outgoingemail",
        (_("All"), "state", ""),
        (_("Waiting"), "state", "waiting"),
        (_("Given up"), "state", "dead"),
    ),
]


def _list_entries(request: HttpRequest) -> list[dict[str, Any]]:
    """What the person may open, as plain values: given functions, the library makes a class of each, on every page."""
    return [
        {**group, "items": [_settle(entry, request) for entry in group["items"] if _is_open(entry, request)]}
        for group in NAVIGATION
    ]


def _is_open(entry: dict[str, Any], request: HttpRequest) -> bool:
    return "permission" not in entry or entry["permission"](request)


def _settle(entry: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    link = entry["link"]
    settled = {"link": link(request) if callable(link) else str(link), "active": entry["active"](request)}
    return {**entry, **settled, "permission": None}


def _list_tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The tabs of the list shown: the library holds each tab against each entry of the menu, on every page."""
    return [tabs for tabs in TABS if request.path.startswith(_find_list(tabs["models"][0]))]


def _find_list(model: str) -> str:
    return reverse(f"admin:{model.replace('.', '_')}_changelist")


def _name_shop(_request: HttpRequest) -> str:
    names: dict[str, str] = settings.SHOP_NAME
    return names.get(get_language() or "en", names["en"])


# The storefront's green, so that both houses look like one; greys with a trace of it.
_GREENS: Final = {
    "50": "oklch(97.6% .012 165)",
    "100": "oklch(94.6% .025 165)",
    "200": "oklch(89% .045 165)",
    "300": "oklch(82% .07 165)",
    "400": "oklch(76% .085 165)",
    "500": "oklch(66% .09 165)",
    "600": "oklch(43% .075 165)",
    "700": "oklch(37% .065 165)",
    "800": "oklch(32% .055 165)",
    "900": "oklch(27% .045 165)",
    "950": "oklch(20% .03 165)",
}

UNFOLD: Final[dict[str, Any]] = {
    "SITE_TITLE": _("Back office"),
    "SITE_HEADER": _name_shop,
    "SITE_SUBHEADER": _("Back office"),
    "SITE_SYMBOL": "storefront",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _r: static("shop/favicon.svg")}
    ],
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "LANGUAGES": {"action": reverse_lazy("set_language")},
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": _GREENS},
    "STYLES": [lambda _r: static("admin_shop/back_office.css")],
    "SCRIPTS": [lambda _r: static("admin_shop/back_office.js")],
    "COMMAND": {"search_callback": "analytics.admin.find_rows"},
    "DASHBOARD_CALLBACK": "analytics.admin.show_dashboard",
    "SIDEBAR": {"show_search": True, "command_search": True, "navigation": _list_entries},
    "TABS": _list_tabs,
}
