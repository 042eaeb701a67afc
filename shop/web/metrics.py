"""What ``/metrics`` tells: gauges read from the database when asked, so that every process gives the same answer."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

REGISTRY = CollectorRegistry()

_gauges: dict[str, tuple[str, str, tuple[str, ...]]] = {}


def register_gauge(name: str, *, help_text: str, sql: str, labels: tuple[str, ...] = ()) -> None:
    """Add a gauge: SQL that answers one row per label combination, the value last."""
    _gauges[name] = (help_text, sql, labels)


class DatabaseCollector(Collector):
    """Runs the registered SQL at each scrape."""

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registration asks no database."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """One family per gauge."""
        for name, (help_text, sql, labels) in _gauges.items():
            family = GaugeMetricFamily(name, help_text, labels=labels)
            with connection.cursor() as cursor:
                cursor.execute(sql)
                for row in cursor.fetchall():
                    family.add_metric([str(cell) for cell in row[:-1]], float(row[-1] or 0))
            yield family


REGISTRY.register(DatabaseCollector())

register_gauge(
    "shop_outbox_lag_seconds",
    help_text="Age of the oldest event that waits for delivery",
    sql="SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM kernel_outboxevent "
    "WHERE sent_at IS NULL AND dead_at IS NULL",
)
register_gauge(
    "shop_outbox_dead_letters",
    help_text="Events that no attempt could deliver",
    sql="SELECT count(*) FROM kernel_outboxevent WHERE dead_at IS NOT NULL",
)
register_gauge(
    "shop_mail_waiting",
    help_text="Mail that is not yet sent",
    sql="SELECT count(*) FROM kernel_outgoingemail WHERE sent_at IS NULL AND dead_at IS NULL",
)
register_gauge(
    "shop_invariant_violations",
    help_text="Broken invariants in the last hourly check",
    sql="SELECT jsonb_array_length(violations) FROM kernel_invariantrun ORDER BY started_at DESC LIMIT 1",
)
