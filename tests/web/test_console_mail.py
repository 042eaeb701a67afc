"""Mail of `make run` is read in the log."""

from __future__ import annotations

from io import StringIO

from django.core.mail import EmailMultiAlternatives

from shop.web.console_mail import PlainConsole


def test_shows_whom_what_and_the_link_without_the_html() -> None:
    stream = StringIO()
    mail = EmailMultiAlternatives(
        "Your order", "See http://shop/orders/S1/?token=t\n", to=["ann@example.com"]
    )
    mail.attach_alternative("<b>See</b>", "text/html")
    assert PlainConsole(stream=stream).send_messages([mail]) == 1
    rule = "-" * 72
    assert stream.getvalue() == (
        f"{rule}\nMail to ann@example.com: Your order\n\nSee http://shop/orders/S1/?token=t\n{rule}\n"
    )
