"""Compiles the translations that changed, without GNU gettext."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from shop.web.management.message_catalogue import compile_catalogue, find_po_file, list_locales


class Command(BaseCommand):
    """`manage.py compile_translations`: .po files become .mo files, which are not committed."""

    help = "Compile the .po files that are newer than their .mo files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer to compile everything again."""
        parser.add_argument("--force", action="store_true", help="also compile what is up to date")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Compile each locale and tell which."""
        for locale in list_locales():
            po_file = find_po_file(locale)
            if po_file.exists() and compile_catalogue(po_file, is_forced=options["force"]):
                self.stdout.write(f"compiled {locale}")
