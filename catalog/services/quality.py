"""The listing quality gate: judging products, and keeping those below the mark out of the shop."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from django.utils.translation import gettext as _

from catalog.domain.errors import QualityTooLow
from catalog.domain.quality import QualityPolicy, QualityReport, judge_listing
from catalog.models import ListingPolicy, Product
from catalog.queries.quality import (
    explain_issues,
    get_quality_policy,
    list_attribute_names,
    list_listing_facts,
)
from shop.kernel.audit import record_audit
from shop.kernel.transactions import transactional

BATCH_SIZE = 500


@transactional
def refresh_quality(product_ids: Collection[int]) -> dict[int, QualityReport]:
    """Judge these products and store score and reasons where they differ; six queries for any number. Repeatable."""
    policy = get_quality_policy()
    reports = {
        product_id: judge_listing(facts, policy)
        for product_id, facts in list_listing_facts(product_ids).items()
    }
    changed = []
    for product in Product.objects.filter(pk__in=reports).only("pk", "quality_score", "quality_issues"):
        report = reports[product.pk]
        issues = [[issue.code.value, issue.points, issue.facts] for issue in report.issues]
        if (product.quality_score, product.quality_issues) != (report.score, issues):
            product.quality_score, product.quality_issues = report.score, issues
            changed.append(product)
    Product.objects.bulk_update(changed, ["quality_score", "quality_issues"], batch_size=BATCH_SIZE)
    return reports


def rejudge_all() -> int:
    """Judge every product, in batches of their own transactions: after the policy or a type changed. Repeatable."""
    last, done = 0, 0
    while batch := list(
        Product.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]
    ):
        refresh_quality(batch)
        last, done = batch[-1], done + len(batch)
    return done


@transactional
def save_listing_policy(policy: ListingPolicy, *, actor: str) -> None:
    """Write the shop's measures; a job judges the products anew. Records an audit row. Repeatable."""
    policy.pk = 1
    policy.save()
    record_audit(
        actor, action="catalog.save_listing_policy", target="listing_policy", lowest_score=policy.lowest_score
    )


def list_refused(
    product_ids: Collection[int], *, policy: QualityPolicy | None = None
) -> dict[int, QualityReport]:
    """Return the reports of those products that the mark keeps from being published; judges them anew."""
    mark = (policy or get_quality_policy()).lowest_score
    if not mark:
        return {}
    return {pk: report for pk, report in refresh_quality(product_ids).items() if report.score < mark}


def build_refusal(product: Product, report: QualityReport) -> QualityTooLow:
    """Return the error that says why a product is not published and what to mend."""
    issues = [(issue.code.value, issue.points, issue.facts) for issue in report.issues]
    reasons = explain_issues(issues, names=list_attribute_names())
    return QualityTooLow(
        _("“%(name)s” scores %(score)d, below the mark for publishing. To mend: %(reasons)s")
        % {"name": str(product), "score": report.score, "reasons": " ".join(reasons)},
        product_id=product.pk,
        score=report.score,
        issues=[asdict(issue) for issue in report.issues],
    )
