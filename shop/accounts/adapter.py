"""How sign-in mail leaves: through the outgoing mail, never inside a request's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shop.kernel.ids import new_token
from shop.kernel.mail import queue_email
from shop.kernel.transactions import transaction


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter with our outgoing mail, our languages and errors that name the remedy."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _(
            "This is not the code of our newest mail. Look at it again, or let us send a new code."
        ),
        "email_password_mismatch": _(
            "This e-mail address and this password do not belong together. Check both, or let us send you a code."
        ),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue allauth's message; the sender task delivers it within seconds."""
        message = self.render_mail(template_prefix, email, _lead_home(context | {"email": email}))
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

    def send_account_already_exists_mail(self, email: str) -> None:
        """As much work as for a new account, whose password is hashed: else the time would tell who has one."""
        make_password(new_token())
        super().send_account_already_exists_mail(email)

    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  allauth's
        """Remember the language in which the account was opened."""
        user.language = get_language() or "en"
        return super().save_user(request, user, form, commit)


def _lead_home(context: dict[str, Any]) -> dict[str, Any]:
    """Have every link lead to the shop's own address: allauth builds them from the Host header, which a stranger writes.

    Who asks for another one's new password under a host of his own would be sent its key.
    """
    links = {name: urlsplit(str(url)) for name, url in context.items() if name.endswith("_url")}
    return context | {
        name: settings.SITE_URL + link._replace(scheme="", netloc="").geturl() for name, link in links.items()
    }


def find_guessed_login(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """Whose account a try to sign in means: allauth names it `email`, axes `login` (AXES_USERNAME_FORM_FIELD)."""
    given = credentials or request.POST
    return (given.get("email") or given.get("login") or "").strip().lower()
