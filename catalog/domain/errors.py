"""What can go wrong in the catalogue, in plain words."""

from __future__ import annotations

from shop.kernel.errors import Conflict, Invalid


class PictureRefused(Invalid):
    """A picture that is none, or too large to be opened safely."""

    code = "picture_refused"


class FileRefused(Invalid):
    """A file that cannot be imported as a whole: unknown columns or unreadable text."""

    code = "file_refused"


class CategoryTooDeep(Invalid):
    """A category below the third level."""

    code = "category_too_deep"


class CategoryInUse(Conflict):
    """A category that still holds products or categories."""

    code = "category_in_use"


class PriceInvalid(Invalid):
    """A price below zero, or a compare-at price that is not above the price."""

    code = "price_invalid"
