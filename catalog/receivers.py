"""What this app does when facts are stated, by others and by itself."""

from __future__ import annotations

from catalog.domain.events import NoticeAsked, NoticeDue, ProductsChanged, VariantRestocked
from catalog.emails import ask_to_prove, tell_restocked
from catalog.services.collections import refresh_collections
from catalog.services.notices import send_notices
from shop.kernel.events import subscribe


@subscribe(ProductsChanged)
def refresh_rules(_event: ProductsChanged) -> None:
    """Let the rules of collections choose anew; what prices and stock change, the periodic job picks up."""
    refresh_collections()


@subscribe(VariantRestocked)
def write_to_who_waits(_event: VariantRestocked) -> None:
    """Write to the first who wait; the periodic job writes to the rest."""
    send_notices()


@subscribe(NoticeAsked)
def mail_notice_proof(event: NoticeAsked) -> None:
    """Ask whether the address is theirs."""
    ask_to_prove(event.notice_id)


@subscribe(NoticeDue)
def mail_restocked(event: NoticeDue) -> None:
    """It is back."""
    tell_restocked(event.notice_id)
