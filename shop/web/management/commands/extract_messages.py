"""Collects the texts to translate, or tells what is not translated yet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shop.web.management.message_catalogue import (
    CatalogueProblem,
    compile_catalogue,
    extract_texts,
    find_po_file,
    list_locales,
    list_problems,
    update_catalogue,
)

_SHOWN = 60


class Command(BaseCommand):
    """`manage.py extract_messages [--check]`."""

    help = "Bring the .po files up to date with the texts of code and templates."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer to look without writing."""
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 when something is missing"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Update every locale, then list what is left to do."""
        template = extract_texts(Path(settings.BASE_DIR))
        if not options["check"]:
            for locale in list_locales():
                update_catalogue(find_po_file(locale), template)
                compile_catalogue(find_po_file(locale), is_forced=True)
        problems = [problem for locale in list_locales() for problem in list_problems(locale, template)]
        self._report(problems, total=sum(1 for message in template if message.id))
        if problems and options["check"]:
            raise CommandError(
                f"{len(problems)} translations need work: `make messages`, then edit the .po file"
            )

    def _report(self, problems: list[CatalogueProblem], *, total: int) -> None:
        for problem in problems[:_SHOWN]:
            self.stdout.write(f"{problem.locale}: {problem.kind}: {problem.text}")
        if len(problems) > _SHOWN:
            self.stdout.write(f"... and {len(problems) - _SHOWN} more")
        self.stdout.write(f"{total} texts, {len(problems)} left to translate")
