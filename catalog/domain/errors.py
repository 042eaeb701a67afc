"""What can go wrong in the catalogue, in plain words."""

from __future__ import annotations

from django.utils.functional import Promise

from catalog.domain.reasons import SAID, Reason
from shop.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class Reasoned(Invalid):
    """What a file or a row may suffer from: its reason is kept by code, and said in the language of whoever reads it."""

    def __init__(self, message: str | Promise, *, code: str = "", field: str = "", **facts: object) -> None:
        self.reason = message if isinstance(message, Reason) else Reason(SAID, text=str(message))
        super().__init__(self.reason.say(), code=code, field=field, **facts)


class PictureRefused(Reasoned):
    """A picture that is none, or too large to be opened safely."""

    code = "picture_refused"


class PictureSilent(PictureRefused):
    """A picture whose address does not answer, or not in time."""

    code = "picture_silent"


class FileRefused(Reasoned):
    """A file that cannot be imported as a whole: unknown columns or unreadable text."""

    code = "file_refused"


class FeedMissing(NotFound):
    """An address of a feed that there is not."""

    code = "feed_missing"


class ExportRefused(Invalid):
    """An export that its format cannot hold."""

    code = "export_refused"


class CategoryTooDeep(Invalid):
    """A category below the third level."""

    code = "category_too_deep"


class CategoryInUse(Conflict):
    """A category that still holds products or categories."""

    code = "category_in_use"


class PriceInvalid(Reasoned):
    """A price below zero, or a compare-at price that is not above the price."""

    code = "price_invalid"


class RowRefused(Reasoned):
    """A line of a file of prices that cannot be used."""

    code = "row_refused"


class RuleInvalid(Invalid):
    """A condition of a collection that cannot be read."""

    code = "rule_invalid"


class DocumentRefused(Invalid):
    """A document that is no PDF, or too large."""

    code = "document_refused"


class AttributeInvalid(Reasoned):
    """A value that its attribute cannot take."""

    code = "attribute_invalid"


class RedirectInvalid(Invalid):
    """An old or new address that leads nowhere or back to itself."""

    code = "redirect_invalid"


class QualityTooLow(NotAllowed):
    """A listing below the mark that the shop publishes from; `issues` says what to mend."""

    code = "quality_too_low"


class NoticeRefused(Conflict):
    """Somebody asked for too many notices, or for one of a variant that is in stock."""

    code = "notice_refused"


class BulkEditInvalid(Invalid):
    """A bulk edit that asks for nothing, or for something that is not there."""

    code = "bulk_edit_invalid"


class MatrixInvalid(Invalid):
    """Options that make no variants, or too many."""

    code = "matrix_invalid"
