"""``manage.py create_api_key NAME --scopes a,b`` prints a new key once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.kernel.errors import DomainError
from shop.partners.domain.scopes import SCOPES
from shop.partners.services.keys import create_key


class Command(BaseCommand):
    """Make an API key."""

    help = "Make an API key for a partner and print it once."

    def add_arguments(self, parser: CommandParser) -> None:
        """The key's name and scopes."""
        parser.add_argument("name")
        parser.add_argument("--scopes", default="", help=f"comma-separated, of: {', '.join(SCOPES)}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print nothing but the key, so that a script can take it."""
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        try:
            _key, text = create_key(options["name"], scopes=scopes, actor="create_api_key")
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(text)
