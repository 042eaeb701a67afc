"""Promotions for partners, by scope."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.bulk_serializers import OUTCOMES, Rows
from catalog.domain.promotions.errors import PromotionKeyTaken
from catalog.domain.promotions.summaries import describe_promotion
from catalog.domain.promotions.windows import RunState, derive_state
from catalog.models import Promotion
from catalog.queries.promotions.rules import read_terms
from catalog.services.promotions.bulk import save_by_key, save_promotions
from catalog.services.promotions.promotions import PromotionDraft, set_promotion_status
from shop.kernel.clock import now
from shop.kernel.errors import NotFound
from shop.partners.api.idempotency import IDEMPOTENCY_HEADER, idempotent, name_caller
from shop.partners.api.pagination import CursorResults
from shop.partners.api.schema import describe_conflict
from shop.partners.api.serializers import StrictSerializer, read_body
from shop.partners.api.views import ApiView

CREATED = 201
MOST_KEY = 60
MOST_PROMOTIONS = 100
ENDED = describe_conflict(text="`promotion_status`: an ended promotion does not change or start again.")
STATES = [state.value for state in RunState]
CLASSES = [choice.value for choice in Promotion.Class]


@extend_schema_field(
    {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}},
        "additionalProperties": True,
        "example": {"kind": "percent_off", "percent": "10", "target": {"include": ["category:kitchen"]}},
    }
)
class TermField(serializers.JSONField):
    """A condition or an action as docs/promotions.md describes it."""


class PromotionSerializer(serializers.Serializer[Promotion]):
    """A promotion, what it does in words, and where it stands."""

    key = serializers.CharField()
    name = serializers.CharField()
    title_en = serializers.CharField()
    title_zh_hans = serializers.CharField(allow_blank=True)
    summary = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    promotion_class = serializers.ChoiceField(choices=CLASSES)
    action = TermField()
    conditions = serializers.ListField(child=TermField())
    combines_with = serializers.ListField(child=serializers.ChoiceField(choices=CLASSES))
    tags = serializers.ListField(child=serializers.CharField())
    accepts_tags = serializers.ListField(child=serializers.CharField())
    priority = serializers.IntegerField()
    needs_coupon = serializers.BooleanField()
    usage_limit = serializers.IntegerField(allow_null=True)
    per_customer_limit = serializers.IntegerField(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)

    def get_summary(self, promotion: Promotion) -> str:
        """In plain words."""
        return describe_promotion(*read_terms(promotion))

    @extend_schema_field({"type": "string", "enum": STATES})
    def get_state(self, promotion: Promotion) -> str:
        """Derived from what was decided and the time."""
        return derive_state(
            promotion.status, starts_at=promotion.starts_at, ends_at=promotion.ends_at, now=now()
        ).value


class PromotionInput(StrictSerializer):
    """A promotion; its key is in the address."""

    name = serializers.CharField(max_length=120)
    title_en = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    title_zh_hans = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    promotion_class = serializers.ChoiceField(choices=CLASSES)
    action = TermField()
    conditions = serializers.ListField(child=TermField(), required=False, default=list, max_length=20)
    combines_with = serializers.ListField(
        child=serializers.ChoiceField(choices=CLASSES), required=False, default=list, max_length=3
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=20
    )
    accepts_tags = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=20
    )
    priority = serializers.IntegerField(min_value=0, max_value=32_767, required=False, default=100)
    needs_coupon = serializers.BooleanField(required=False, default=False)
    usage_limit = serializers.IntegerField(
        min_value=1, max_value=2_000_000_000, required=False, allow_null=True, default=None
    )
    per_customer_limit = serializers.IntegerField(
        min_value=1, max_value=2_000_000_000, required=False, allow_null=True, default=None
    )
    starts_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class PromotionRowInput(PromotionInput):
    """A promotion of a list, with its key."""

    key = serializers.RegexField(r"^[-a-zA-Z0-9_]+$", max_length=MOST_KEY)


class PromotionResultSerializer(serializers.Serializer[Any]):
    """What became of a promotion; they stand in the order in which they were sent."""

    key = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    code = serializers.CharField(allow_blank=True, help_text="Why it was refused, for programs.")
    field = serializers.CharField(allow_blank=True, help_text="The place that is wrong, as action.percent.")
    message = serializers.CharField(allow_blank=True)


class PromotionResultsSerializer(serializers.Serializer[Any]):
    """The results of all promotions."""

    results = PromotionResultSerializer(many=True)


class StatusInput(StrictSerializer):
    """What is decided about a promotion."""

    status = serializers.ChoiceField(choices=["active", "paused", "ended"])


def _get_promotion(key: str) -> Promotion:
    found = Promotion.objects.filter(key=key[:MOST_KEY]).first()
    if found is None:
        raise NotFound(_("There is no such promotion."))
    return found


class PromotionPages(CursorResults):
    """Newest first."""

    ordering = "-pk"


class PromotionsView(ApiView):
    """Promotions."""

    scope = {"GET": "promotions:read", "POST": "promotions:write"}
    pagination_class = PromotionPages

    @extend_schema(
        operation_id="promotions_list", tags=["promotions"], responses=PromotionSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """All promotions, newest first."""
        pages = PromotionPages()
        rows: Any = pages.paginate_queryset(Promotion.objects.all(), request, view=self)
        return pages.get_paginated_response(PromotionSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="promotions_write_many",
        tags=["promotions"],
        parameters=[IDEMPOTENCY_HEADER],
        request=Rows(child=PromotionRowInput(), max_length=MOST_PROMOTIONS),
        responses=PromotionResultsSerializer,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Make or replace many promotions by their keys; each is done or refused by itself, new ones are drafts."""
        given = Rows(data=request.data, child=PromotionRowInput(), max_length=MOST_PROMOTIONS)
        given.is_valid(raise_exception=True)
        drafts = [PromotionDraft(**row) for row in given.validated_data]
        results = save_promotions(drafts, actor=name_caller(request, fallback="api"))
        return Response(PromotionResultsSerializer({"results": [asdict(one) for one in results]}).data)


class PromotionDetailView(ApiView):
    """One promotion."""

    scope = {"GET": "promotions:read", "PUT": "promotions:write"}

    @extend_schema(operation_id="promotions_read", tags=["promotions"], responses=PromotionSerializer)
    def get(self, request: Request, key: str) -> Response:
        """The promotion with this key."""
        return Response(PromotionSerializer(_get_promotion(key)).data)

    @extend_schema(
        operation_id="promotions_write",
        tags=["promotions"],
        request=PromotionInput,
        responses={200: PromotionSerializer, 409: ENDED},
    )
    def put(self, request: Request, key: str) -> Response:
        """Make or replace the promotion with this key; a new one is a draft."""
        given = read_body(PromotionInput, request.data)
        draft, actor = PromotionDraft(key=key, **given), name_caller(request, fallback="api")
        try:
            saved = save_by_key(draft, actor=actor)
        except PromotionKeyTaken:
            # Another call has just made it: this one replaces it.
            saved = save_by_key(draft, actor=actor)
        return Response(PromotionSerializer(saved).data)


class PromotionStatusView(ApiView):
    """Where a promotion stands."""

    scope = "promotions:write"

    @extend_schema(
        operation_id="promotions_status",
        tags=["promotions"],
        request=StatusInput,
        responses={200: PromotionSerializer, 409: ENDED},
    )
    def put(self, request: Request, key: str) -> Response:
        """Start, pause or end it. May be repeated."""
        status = read_body(StatusInput, request.data)["status"]
        actor = name_caller(request, fallback="api")
        return Response(
            PromotionSerializer(set_promotion_status(_get_promotion(key).pk, status=status, actor=actor)).data
        )
