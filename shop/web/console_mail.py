"""Mail of `make run`: its text in the log, as a reader would see it."""

from __future__ import annotations

import sys
from typing import Any

from django.core.mail.backends.console import EmailBackend
from django.core.mail.message import EmailMessage


class PlainConsole(EmailBackend):
    """Writes to, subject and text of a message; its HTML part would bury the line with the link or the code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Celery turns sys.stdout into log lines, where addresses are struck out.
        kwargs.setdefault("stream", sys.__stdout__)
        super().__init__(*args, **kwargs)

    def write_message(self, message: EmailMessage) -> None:
        """One message, between two rules."""
        rule = "-" * 72
        to = ", ".join(message.recipients())
        self.stream.write(f"{rule}\nMail to {to}: {message.subject}\n\n{str(message.body).strip()}\n{rule}\n")
