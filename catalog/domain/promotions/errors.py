"""What can go wrong with promotions and coupons, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from shop.kernel.errors import Conflict, Invalid, NotAllowed


class CouponRefused(Conflict):
    """A code that opens nothing now; the message says why."""

    code = "coupon_refused"

    def __init__(self, message: str, *, coupon_code: str) -> None:
        self.coupon_code = coupon_code
        super().__init__(message, field="code", coupon=coupon_code)


class PromotionGone(Conflict):
    """The last use was taken between the look and the order."""

    code = "promotion_gone"

    def __init__(self, *, titles: Mapping[str, str], coupon_code: str = "") -> None:
        self.titles = dict(titles)
        self.coupon_code = coupon_code
        super().__init__(_("A discount has just been used up."))


class LimitTooLow(Invalid):
    """A limit below what has been used already."""

    code = "limit_too_low"

    def __init__(self, used: object, *, field: str) -> None:
        super().__init__(_("%(used)s have been used already.") % {"used": used}, field=field)


class PromotionKeyTaken(Invalid):
    """Another promotion has the key already, perhaps since a moment ago."""

    code = "invalid_promotion"

    def __init__(self) -> None:
        super().__init__(_("There is a promotion with this key already."), field="key")


class StatusRefused(NotAllowed):
    """An ended promotion does not run again: copy it."""

    code = "promotion_status"


class WindowInvalid(Invalid):
    """An end that is not after the beginning."""

    code = "invalid_window"

    def __init__(self, field: str = "ends_at") -> None:
        super().__init__(_("The end must be after the beginning."), field=field)
