"""The message catalogue: texts are found in code and templates, translations are kept, gaps are told."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from shop.web.management.message_catalogue import (
    compile_catalogue,
    extract_texts,
    find_po_file,
    list_problems,
    read_catalogue,
    update_catalogue,
)

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

TITLE = _("Your cart")
COUNT = ngettext("%(count)s item", "%(count)s items", 2)
MONTH = pgettext("calendar", "May")
COMPUTED = _(TITLE)
"""
TEMPLATE = """{% load i18n %}
  <p>{% translate "Pay now" %}</p>
      <p>{% blocktranslate trimmed %}
        Ships
        tomorrow
      {% endblocktranslate %}</p>
   <b title="{% translate 'Open' context 'button' %}">{{ _("Total") }}</b>
  {% blocktranslate count n=items|length trimmed %}{{ n }} line{% plural %}{{ n }} lines{% endblocktranslate %}
"""


@pytest.fixture
def root(tmp_path: Path, settings: Settings) -> Path:
    """Return a project of one file and one template."""
    (tmp_path / "shop" / "migrations").mkdir(parents=True)
    (tmp_path / "templates" / "orders").mkdir(parents=True)
    (tmp_path / "shop" / "cart.py").write_text(CODE)
    (tmp_path / "shop" / "migrations" / "0001_initial.py").write_text('_("Never shown")')
    (tmp_path / "templates" / "orders" / "cart.html").write_text(TEMPLATE)
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
    return tmp_path


def test_texts_of_code_and_templates_are_found(root: Path) -> None:
    found = {(message.id, message.context) for message in extract_texts(root) if message.id}

    assert found == {
        ("Your cart", None),
        (("%(count)s item", "%(count)s items"), None),
        ("May", "calendar"),
        ("Pay now", None),
        ("Ships tomorrow", None),
        ("Open", "button"),
        ("Total", None),
        (("%(n)s line", "%(n)s lines"), None),
    }


def test_updating_twice_changes_nothing_and_keeps_translations(root: Path) -> None:
    po_file = find_po_file("zh_Hans")
    update_catalogue(po_file, extract_texts(root))
    po_file.write_text(
        po_file.read_text().replace('msgid "Pay now"\nmsgstr ""', 'msgid "Pay now"\nmsgstr "立即付款"')
    )
    before = po_file.read_bytes()

    update_catalogue(po_file, extract_texts(root))

    assert po_file.read_bytes() == before
    assert "立即付款" in po_file.read_text()
    assert "Date" not in po_file.read_text()
    assert not [line for line in po_file.read_text().splitlines() if line.startswith("#, fuzzy")]


def test_every_kind_of_gap_is_told(root: Path) -> None:
    po_file = find_po_file("zh_Hans")
    po_file.parent.mkdir(parents=True)
    po_file.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "Your cart"\nmsgstr "购物车"\n\n'
        '#, fuzzy\nmsgid "Pay now"\nmsgstr "付"\n\n'
        'msgid "Total"\nmsgstr ""\n\n'
        'msgid "%(count)s item"\nmsgid_plural "%(count)s items"\nmsgstr[0] "%(number)s 件"\n\n'
        'msgid "Old text"\nmsgstr "旧"\n'
    )

    problems = {(problem.kind, problem.text) for problem in list_problems("zh_Hans", extract_texts(root))}

    assert problems == {
        ("fuzzy", "Pay now"),
        ("untranslated", "Total"),
        ("other placeholders", "%(count)s item"),
        ("no longer used", "Old text"),
        ("missing", "calendar: May"),
        ("missing", "Ships tomorrow"),
        ("missing", "button: Open"),
        ("missing", "%(n)s line"),
    }


def test_check_fails_until_everything_is_translated(root: Path) -> None:
    (root / "templates" / "orders" / "cart.html").write_text('{% translate "Pay now" %}')
    (root / "shop" / "cart.py").unlink()
    with pytest.raises(CommandError, match="1 translations need work"):
        call_command("extract_messages", "--check")
    po_file = find_po_file("zh_Hans")
    assert not po_file.exists()

    call_command("extract_messages")
    po_file.write_text(
        po_file.read_text().replace('msgstr ""\n', 'msgstr "付款"\n').replace('"付款"\n"Lang', '""\n"Lang')
    )

    call_command("extract_messages", "--check")


def test_only_what_changed_is_compiled(root: Path) -> None:
    po_file = find_po_file("zh_Hans")
    update_catalogue(po_file, extract_texts(root))

    assert compile_catalogue(po_file)
    assert not compile_catalogue(po_file)

    mo_file = po_file.with_suffix(".mo")
    assert mo_file.stat().st_size > 0
    assert read_catalogue(po_file).locale_identifier == "zh_Hans"
