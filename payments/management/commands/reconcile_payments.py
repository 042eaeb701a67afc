"""Reconcile a day's settlements by hand."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.domain.errors import UnknownGateway
from payments.gateways.base import GatewayError
from payments.models import ReconciliationCase
from payments.services.reconciliation import reconcile_all, reconcile_day
from shop.kernel.clock import now


class Command(BaseCommand):
    """`manage.py reconcile_payments --day 2026-03-01 [--gateway sandbox]`."""

    help = "Match a day's provider settlements (UTC) with our payments and refunds; differences become cases."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day and, if wanted, one provider."""
        parser.add_argument("--day", type=date.fromisoformat, help="YYYY-MM-DD in UTC; yesterday by default.")
        parser.add_argument("--gateway", default="", help="Only this provider.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and say what was found."""
        day: date = options["day"] or now().date() - timedelta(days=1)
        try:
            if options["gateway"]:
                result = reconcile_day(options["gateway"], day=day)
                new_cases = result.new_case_quantity
                self.stdout.write(f"{result.line_quantity} lines, {result.matched_quantity} matched")
            else:
                new_cases = reconcile_all(day)
        except (UnknownGateway, GatewayError) as error:
            raise CommandError(f"No settlement: {error}") from error
        still_open = ReconciliationCase.objects.exclude(status="resolved").count()
        self.stdout.write(f"{day}: {new_cases} new cases, {still_open} open in all")
