"""Groups of buyers for partners; their campaigns are promotions of the kind `group_price`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.domain.groups import describe_progress
from orders.domain.states import GroupStatus
from orders.models import BuyingGroup
from orders.queries.groups import build_progress, get_group, list_groups_for_desk
from shop.partners.api.pagination import CursorResults
from shop.partners.api.parameters import read_query
from shop.partners.api.views import ApiView

SCOPE = "orders:read"


class GroupMemberSerializer(serializers.Serializer[Any]):
    """One place of a group."""

    order = serializers.CharField(source="order.number")
    state = serializers.ChoiceField(choices=["held", "paid", "left"])


class GroupSerializer(serializers.Serializer[BuyingGroup]):
    """A group: how far it is, until when, and whose orders wait for it."""

    token = serializers.CharField()
    promotion = serializers.CharField(source="promotion.key")
    product = serializers.CharField(source="product.slug")
    status = serializers.ChoiceField(choices=GroupStatus.values)
    people = serializers.IntegerField(source="paid_quantity")
    held = serializers.IntegerField(source="held_quantity")
    minimum_people = serializers.IntegerField()
    largest_people = serializers.IntegerField()
    percent = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    members = GroupMemberSerializer(source="places.all", many=True)

    def get_percent(self, group: BuyingGroup) -> str:
        """What everybody gets as it stands."""
        return f"{build_progress(group).percent.normalize():f}"

    def get_text(self, group: BuyingGroup) -> str:
        """What it waits for, in words."""
        return describe_progress(build_progress(group))


class GroupQuery(serializers.Serializer[Any]):
    """The filter of the list."""

    status = serializers.ChoiceField(choices=GroupStatus.values, required=False)


class GroupPages(CursorResults):
    """Newest first."""

    ordering = "-pk"


class GroupsView(ApiView):
    """All groups, for partners."""

    scope = SCOPE
    pagination_class = GroupPages

    @extend_schema(
        operation_id="groups_list",
        tags=["groups"],
        parameters=[GroupQuery],
        responses=GroupSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List groups of buyers, newest first."""
        status = read_query(GroupQuery, request).get("status", "")
        groups = list_groups_for_desk()
        pages = GroupPages()
        rows: Any = pages.paginate_queryset(
            groups.filter(status=status) if status else groups, request, view=self
        )
        return pages.get_paginated_response(GroupSerializer(rows, many=True).data)


class GroupDetailView(ApiView):
    """One group."""

    scope = SCOPE

    @extend_schema(operation_id="groups_read", tags=["groups"], responses=GroupSerializer)
    def get(self, request: Request, token: str) -> Response:
        """The group with this token, which is also the last part of its link."""
        return Response(GroupSerializer(get_group(token)).data)
