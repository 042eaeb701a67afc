"""What the buyer sets: the policy of the house, and service level and pause of single shelves."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from inventory.models import BuyingPolicy, ItemPlan
from shop.kernel.audit import record_audit
from shop.kernel.transactions import transactional


@transactional
def save_policy(policy: BuyingPolicy, *, changes: Mapping[str, str], actor: str) -> None:
    """Writes the policy, with what changed in the audit log."""
    policy.save()
    record_audit(actor, action="inventory.save_policy", target="buying_policy", **changes)


@transactional
def set_plan(
    plan: ItemPlan, *, service_level: Decimal | None, is_paused: bool, fields: Sequence[str], actor: str
) -> None:
    """Sets what is the buyer's of a shelf's plan, with its line in the audit log; what the nightly job writes stays."""
    ItemPlan.objects.filter(pk=plan.pk).update(service_level=service_level, is_paused=is_paused)
    record_audit(
        actor,
        action="inventory.save_plan",
        target=f"stock:{plan.variant.sku}@{plan.warehouse.code}",
        fields=list(fields),
    )
