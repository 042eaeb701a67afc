"""A mail server as a directory: one file per copy that arrived, named by its subject; slow on request."""

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailboxBackend(BaseEmailBackend):
    """Takes its time, then keeps the message: a sender that dies meanwhile has not delivered it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            time.sleep(settings.MAILBOX_SECONDS)
            copy = Path(settings.MAILBOX_DIRECTORY) / uuid4().hex
            copy.write_text(f"{message.to[0]}\n{message.subject}")
        return len(email_messages)


def count_mails(directory: Path) -> Counter[str]:
    """How many copies arrived, by subject."""
    return Counter(copy.read_text().partition("\n")[2] for copy in directory.iterdir())
