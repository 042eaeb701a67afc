"""The demo shop "Hearth & Vale" (栖屋).

Owns: its content, its pictures, the command that loads them. Never: a model, or a rule of business.
Entry: `manage.py load_demo`, repeatable. Everything is written through the other apps' services.
Publishes and consumes nothing.
"""

from shop.demo.accounts import ACCOUNTS, Account

__all__ = ["ACCOUNTS", "Account"]
