"""Facts that the catalogue states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shop.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class StockDeclared(Event):
    """A file said how many lie where; `warehouse_code` is empty when the file knows no warehouse.

    `source_id` is the same for the same statement, so that it is booked once; `is_forced` says that
    the operator asked to overwrite stock that was counted since (`--stock`).
    """

    topic: ClassVar[str] = "catalog.stock_declared"

    variant_id: int
    warehouse_code: str
    quantity: int
    source_id: str
    is_forced: bool = False

    @property
    def key(self) -> str:
        """Return the variant: its statements stay in order."""
        return f"variant:{self.variant_id}"


@dataclass(frozen=True, kw_only=True)
class ProductsChanged(Event):
    """Something that rules of collections look at changed in these products."""

    topic: ClassVar[str] = "catalog.products_changed"

    product_ids: list[int]

    @property
    def key(self) -> str:
        """Return one key for all: whoever recomputes something does so one after the other."""
        return "products"


@dataclass(frozen=True, kw_only=True)
class VariantRestocked(Event):
    """A variant that had run out can be bought again."""

    topic: ClassVar[str] = "catalog.variant_restocked"

    variant_id: int

    @property
    def key(self) -> str:
        """Return the variant: its statements stay in order."""
        return f"variant:{self.variant_id}"


@dataclass(frozen=True, kw_only=True)
class NoticeEvent(Event):
    """Something about a shopper's wish to hear when a variant is back."""

    notice_id: int

    @property
    def key(self) -> str:
        """Return the notice: its mails stay in order."""
        return f"notice:{self.notice_id}"


@dataclass(frozen=True, kw_only=True)
class NoticeAsked(NoticeEvent):
    """A notice was asked for by an address that nobody has proven yet."""

    topic: ClassVar[str] = "catalog.notice_asked"


@dataclass(frozen=True, kw_only=True)
class NoticeDue(NoticeEvent):
    """What a notice waits for is back."""

    topic: ClassVar[str] = "catalog.notice_due"
