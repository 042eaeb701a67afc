"""How sign-in mail leaves: through the outgoing mail, never inside a request's transaction."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import get_language

from shop.kernel.ids import new_token
from shop.kernel.mail import queue_email
from shop.kernel.transactions import transaction


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter with our outgoing mail and our languages."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue allauth's message; the sender task delivers it within seconds."""
        message = self.render_mail(template_prefix, email, context)
        html = ""
        if isinstance(message, EmailMultiAlternatives) and message.alternatives:
            html = str(message.alternatives[0][0])
        with transaction():
            queue_email(
                f"account:{new_token()}",
                to=email,
                subject=str(message.subject),
                text=str(message.body),
                html=html,
            )

    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  allauth's
        """Remember the language in which the account was opened."""
        user.language = get_language() or "en"
        return super().save_user(request, user, form, commit)
