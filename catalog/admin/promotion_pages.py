"""The pages behind promotions: the form by kind, trying one out, replaying it, drawing codes, the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalog.admin.access import get_actor
from catalog.admin.promotion_forms import (
    KINDS,
    WHOLE,
    DrawForm,
    FlashForm,
    PromotionForm,
    fits_form,
    list_initial,
)
from catalog.admin.trial_forms import TryForm
from catalog.domain.offers import Offer
from catalog.domain.promotions import notation
from catalog.domain.promotions.reading import PromotionInvalid
from catalog.domain.promotions.summaries import describe_promotion, list_method_keys, list_target_keys
from catalog.domain.promotions.terms import ACTIONS, Action, Condition
from catalog.domain.promotions.windows import RunState, derive_state
from catalog.domain.promotions.words import TraceLine, describe_trace
from catalog.models import Coupon, Promotion, Variant
from catalog.queries.promotions.groups import preview_group_steps
from catalog.queries.promotions.rules import read_terms
from catalog.queries.promotions.target_names import list_target_names
from catalog.queries.promotions.trials import Trial, list_sample_variants, replay_promotion, try_promotion
from catalog.services.promotions.coupons import CouponTerms, draw_coupons, save_coupon
from catalog.services.promotions.promotions import (
    CampaignDraft,
    FlashDraft,
    save_campaign,
    save_promotion,
    set_flash_stock,
    set_promotion_status,
)
from shop.kernel.clock import now
from shop.kernel.errors import DomainError
from shop.kernel.money import Money

STATE_WORDS: Final = {
    RunState.RUNNING: _("Running"),
    RunState.SCHEDULED: _("Scheduled"),
    RunState.PAUSED: _("Paused"),
    RunState.DRAFT: _("Draft"),
    RunState.ENDED: _("Ended"),
}
STATE_TYPES: Final = {
    RunState.RUNNING: "success",
    RunState.SCHEDULED: "info",
    RunState.PAUSED: "warning",
    RunState.DRAFT: "warning",
    RunState.ENDED: "danger",
}
REPLAY_DAYS: Final = (7, 30, 90)


def summarize(promotion: Promotion) -> str:
    """What it does, in plain words; or what is wrong with it."""
    return summarize_all([promotion])[promotion.pk]


def summarize_all(promotions: Iterable[Promotion]) -> dict[int, str]:
    """The same of many, by key; names are read once for all of them."""
    told: dict[int, str] = {}
    terms: dict[int, tuple[Action, tuple[Condition, ...]]] = {}
    for promotion in promotions:
        try:
            terms[promotion.pk] = read_terms(promotion)
        except PromotionInvalid as error:
            told[promotion.pk] = f"{error.field}: {error.message}"
    keys = {key for term in terms.values() for key in (*list_target_keys(*term), *list_method_keys(*term))}
    names = list_target_names(keys)
    return told | {pk: describe_promotion(*term, names=names) for pk, term in terms.items()}


def edit_promotion(
    request: HttpRequest, promotion: Promotion | None, *, context: dict[str, Any], may_change: bool = True
) -> HttpResponse:
    """The choice of a kind, then the form of that kind; a stored promotion knows its kind."""
    kind = promotion.action["kind"] if promotion else request.GET.get("kind", "")
    if kind not in KINDS:
        return _show_kinds(request, context)
    is_editable = may_change and (promotion is None or (fits_form(promotion) and promotion.status != "ended"))
    form = PromotionForm(request.POST or None, kind=kind, initial=_list_defaults(promotion, kind))
    if request.method == "POST":
        if not is_editable:
            raise PermissionDenied
        if form.is_valid() and (saved := _save(request, form, promotion)) is not None:
            messages.success(request, _now("Saved: %(summary)s") % {"summary": summarize(saved)})
            return HttpResponseRedirect(reverse("admin:catalog_promotion_change", args=[saved.pk]))
    facts = {
        "title": promotion.name if promotion else KINDS[kind][0],
        "form": form,
        "groups": form.list_groups(),
        "is_editable": is_editable,
        **(_describe(promotion) if promotion else {}),
    }
    return TemplateResponse(request, "admin/catalog/promotion.html", context | facts)


def _show_kinds(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    kinds = [(kind, title, example) for kind, (title, example, _fields) in KINDS.items()]
    facts = {"title": _now("New promotion"), "kinds": kinds}
    return TemplateResponse(request, "admin/catalog/promotion_kinds.html", context | facts)


def _list_defaults(promotion: Promotion | None, kind: str) -> dict[str, Any]:
    if promotion is not None:
        return list_initial(promotion)
    is_whole = kind in {"buy_get", "cheapest_free", "free_shipping"}
    classes = next(action.classes for action in ACTIONS if action.kind == kind)
    return {
        "percent": WHOLE if is_whole else "",
        "promotion_class": max(classes),
        "combines_with": ["shipping"],
        "free_quantity": 1,
        "quantity": 1,
    }


def _save(request: HttpRequest, form: PromotionForm, promotion: Promotion | None) -> Promotion | None:
    draft = form.to_draft()
    rivals = Promotion.objects.filter(key=draft.key).exclude(pk=promotion.pk if promotion else 0)
    if rivals.exists():
        form.add_error("key", _now("There is a promotion with this key already."))
        return None
    try:
        return save_promotion(
            draft, actor=get_actor(request), promotion_id=promotion.pk if promotion else None
        )
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return None


def _describe(promotion: Promotion) -> dict[str, Any]:
    state = derive_state(
        promotion.status, starts_at=promotion.starts_at, ends_at=promotion.ends_at, now=now()
    )
    held = promotion.redemptions.exclude(state="released")
    moves = {
        RunState.DRAFT: ("active",),
        RunState.SCHEDULED: ("paused", "ended"),
        RunState.RUNNING: ("paused", "ended"),
        RunState.PAUSED: ("active", "ended"),
        RunState.ENDED: (),
    }
    labels = {"active": _("Start"), "paused": _("Pause"), "ended": _("End for good")}
    return {
        "promotion": promotion,
        "summary": summarize(promotion),
        "state": STATE_WORDS[state],
        "state_type": STATE_TYPES[state],
        "moves": [(status, labels[status]) for status in moves[state]],
        "use_count": held.count(),
        "coupon_count": promotion.coupons.count(),
        "group_steps": preview_group_steps(promotion),
        "lacks_stock": promotion.is_flash_sale and not promotion.flash_stock.exists(),
    }


def set_status(request: HttpRequest, promotion: Promotion) -> HttpResponse:
    """Start, pause or end it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    status = request.POST.get("status", "")
    if status in {"active", "paused", "ended"}:
        try:
            set_promotion_status(promotion.pk, status=status, actor=get_actor(request))
        except DomainError as error:
            messages.error(request, str(error.message))
    return HttpResponseRedirect(reverse("admin:catalog_promotion_change", args=[promotion.pk]))


@dataclass(frozen=True, kw_only=True)
class TriedLine:
    """A line of a sample cart: before, off, after, and by what."""

    name: str
    quantity: int
    before: Money
    off: Money
    after: Money
    causes: tuple[TraceLine, ...]


def try_out(request: HttpRequest, promotion: Promotion, *, context: dict[str, Any]) -> HttpResponse:
    """A sample cart with this promotion, as if it ran now."""
    sample = "\n".join(f"{variant.sku} x 1" for variant in list_sample_variants(3))
    form = TryForm(request.POST or None, initial={"articles": sample, "currency": "EUR", "shipping": "4.90"})
    trial = _run_trial(promotion, form) if request.method == "POST" and form.is_valid() else None
    facts = {
        "title": _now("Try “%(name)s”") % {"name": promotion.name},
        "promotion": promotion,
        "summary": summarize(promotion),
        "form": form,
        "rows": _list_tried(trial) if trial else [],
        "trace": describe_trace(trial.evaluation.trace, is_for_shopper=False) if trial else (),
    }
    return TemplateResponse(request, "admin/catalog/promotion_try.html", context | facts)


def _run_trial(promotion: Promotion, form: TryForm) -> Trial:
    wanted = form.list_articles()
    found = {variant.sku: variant.pk for variant in Variant.objects.filter(sku__in=wanted)}
    missing = [sku for sku in wanted if sku not in found]
    if missing:
        form.add_error("articles", _now("There is no article %(skus)s.") % {"skus": ", ".join(missing)})
    currency, shipping = form.cleaned_data["currency"].upper(), form.cleaned_data["shipping"]
    return try_promotion(
        promotion,
        quantities={found[sku]: quantity for sku, quantity in wanted.items() if sku in found},
        currency=currency,
        shopper=form.build_shopper(),
        shipping_minor=None if shipping is None else Money(shipping, currency).to_minor(),
    )


def _name_article(offer: Offer) -> str:
    return " · ".join(filter(None, (offer.product_name, offer.variant_name)))


def _list_tried(trial: Trial) -> list[TriedLine]:
    def money(minor: int) -> Money:
        return Money.from_minor(minor, trial.cart.currency)

    return [
        TriedLine(
            name=_name_article(trial.offers[line.key]),
            quantity=line.quantity,
            before=money(line.list_minor),
            off=money(trial.evaluation.lines[line.key]),
            after=money(line.list_minor - trial.evaluation.lines[line.key]),
            causes=describe_trace(trial.evaluation.trace.narrow(line.key), is_for_shopper=False),
        )
        for line in trial.cart.lines
    ]


def replay(request: HttpRequest, promotion: Promotion, *, context: dict[str, Any]) -> HttpResponse:
    """What it would have done to the orders of the last days."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(one) for one in REPLAY_DAYS} else REPLAY_DAYS[0]
    facts = {
        "title": _now("What would “%(name)s” have done?") % {"name": promotion.name},
        "promotion": promotion,
        "summary": summarize(promotion),
        "replay": replay_promotion(promotion, days=days),
        "days": days,
        "choices": REPLAY_DAYS,
    }
    return TemplateResponse(request, "admin/catalog/promotion_replay.html", context | facts)


def draw(request: HttpRequest, promotion: Promotion, *, context: dict[str, Any]) -> HttpResponse:
    """A batch of codes for this promotion."""
    if not request.user.has_perm("catalog.add_coupon"):
        raise PermissionDenied
    form = DrawForm(request.POST or None, initial={"quantity": 100, "usage_limit": 1})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        name, quantity, prefix = (given.pop(key) for key in ("name", "quantity", "code_prefix"))
        try:
            draw_coupons(
                promotion.pk,
                name=name,
                quantity=quantity,
                prefix=prefix,
                terms=CouponTerms(**given),
                actor=get_actor(request),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
        else:
            messages.success(request, _now("%(quantity)d codes are drawn.") % {"quantity": quantity})
            return HttpResponseRedirect(reverse("admin:catalog_couponbatch_changelist"))
    facts = {
        "title": _now("Draw codes for “%(name)s”") % {"name": promotion.name},
        "form": form,
        "promotion": promotion,
    }
    return TemplateResponse(request, "admin/catalog/coupons_draw.html", context | facts)


def set_flash(request: HttpRequest, promotion: Promotion, *, context: dict[str, Any]) -> HttpResponse:
    """The stock that a flash sale has of its own."""
    stock = promotion.flash_stock.order_by("pk")
    rows = list(stock.values_list("variant__sku", "limit_quantity", "per_customer_quantity"))
    form = FlashForm(request.POST or None, initial={"items": notation.write_stock(rows)})
    if request.method == "POST" and form.is_valid():
        try:
            items = _read_flash(form.cleaned_data["items"])
            set_flash_stock(promotion.pk, items=items, actor=get_actor(request))
        except DomainError as error:
            form.add_error("items", str(error.message))
        else:
            messages.success(request, _now("The stock of the sale is set."))
            return HttpResponseRedirect(reverse("admin:catalog_promotion_change", args=[promotion.pk]))
    facts = {
        "title": _now("Stock of “%(name)s”") % {"name": promotion.name},
        "form": form,
        "promotion": promotion,
        "sold": stock.select_related("variant"),
    }
    return TemplateResponse(request, "admin/catalog/flash_stock.html", context | facts)


def _read_flash(text: str) -> list[FlashDraft]:
    wanted = notation.parse_stock(text, field="items")
    known = dict(Variant.objects.filter(sku__in=wanted).values_list("sku", "pk"))
    missing = [sku for sku in wanted if sku not in known]
    if missing:
        raise PromotionInvalid(
            _now("There is no article %(skus)s.") % {"skus": ", ".join(missing)}, field="items"
        )
    return [
        FlashDraft(variant_id=known[sku], limit_quantity=count, per_customer_quantity=each)
        for sku, (count, each) in wanted.items()
    ]


def save_coupon_form(request: HttpRequest, coupon: Coupon) -> None:
    """One code, written by its service; what it refuses is told, and nothing is written."""
    terms = CouponTerms(**{name: getattr(coupon, name) for name in CouponTerms.__dataclass_fields__})
    try:
        saved = save_coupon(
            coupon.promotion_id,
            code=coupon.code,
            terms=terms,
            actor=get_actor(request),
            coupon_id=coupon.pk,
        )
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        coupon.pk, coupon.code = saved.pk, saved.code


def save_campaign_forms(request: HttpRequest, form: Any, formsets: Any) -> None:
    """A campaign with its budgets, written by its service."""
    campaign = form.instance
    rows = [row for formset in formsets for row in formset.cleaned_data if row and not row.get("DELETE")]
    draft = CampaignDraft(
        key=campaign.key,
        name=campaign.name,
        usage_limit=campaign.usage_limit,
        budgets={row["currency"].upper(): row["limit_amount"] for row in rows},
    )
    try:
        campaign.pk = save_campaign(draft, actor=get_actor(request), campaign_id=campaign.pk).pk
    except DomainError as error:
        messages.error(request, str(error.message))
    for formset in formsets:
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
