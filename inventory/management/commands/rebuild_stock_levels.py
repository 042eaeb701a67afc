"""Compares the stock levels with ledger and reservations, or writes them anew."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from inventory.queries.proof import (
    LevelDifference,
    list_cost_differences,
    list_level_differences,
)
from inventory.services.rebuild import rebuild_levels


class Command(BaseCommand):
    """The command."""

    help = "Compares the stock levels with the ledger and the reservations (--check) or sets them right (--write)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One of two modes."""
        mode = parser.add_mutually_exclusive_group(required=True)
        mode.add_argument(
            "--check",
            action="store_true",
            help="Only report; exit code 1 when a level is wrong.",
        )
        mode.add_argument(
            "--write",
            action="store_true",
            help="Set wrong levels to what the ledger says.",
        )

    def handle(self, *_args: str, **options: bool) -> None:
        """List the differences; set them right when told so."""
        costs = list_cost_differences()
        differences = rebuild_levels() if options["write"] else list_level_differences()
        for found in differences:
            self.stdout.write(_describe(found))
        if options["check"] and (differences or costs):
            raise CommandError(f"{len(differences)} levels and {len(costs)} costs differ from the ledger.")
        verb = "set right" if options["write"] else "wrong"
        self.stdout.write(f"{len(differences)} levels {verb}.")


def _describe(found: LevelDifference) -> str:
    return (
        f"variant {found.variant_id} in warehouse {found.warehouse_id}: "
        f"on hand {found.on_hand} (ledger {found.true_on_hand}), "
        f"reserved {found.reserved} (reservations {found.true_reserved}, ledger {found.ledger_reserved}), "
        f"not for sale {found.blocked} (ledger {found.true_blocked}), in bins {found.in_bins}"
    )
