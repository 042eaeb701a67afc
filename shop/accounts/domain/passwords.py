"""What a password must be made of."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class MixedCharactersValidator:
    """At least two of: letters, digits, other characters."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise when all characters are of one kind."""
        kinds = {"letter" if c.isalpha() else "digit" if c.isdigit() else "other" for c in password}
        if len(kinds) < 2:  # noqa: PLR2004  two kinds, as the docstring says
            raise ValidationError(self.get_help_text(), code="password_one_kind")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Mix letters with digits or other characters.")
