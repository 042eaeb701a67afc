"""The command that compares levels with the ledger."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from inventory.models import StockLevel
from tests.factories.inventory import make_bare_variant, make_stock, make_warehouse

pytestmark = pytest.mark.django_db


def test_check_reports_and_write_mends(capsys: pytest.CaptureFixture[str]) -> None:
    make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=4)
    call_command("rebuild_stock_levels", "--check")
    assert capsys.readouterr().out == "0 levels wrong.\n"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('inventory.rebuilding', 'on', true)")
        cursor.execute("UPDATE inventory_stocklevel SET on_hand = 9")
        cursor.execute("SELECT set_config('inventory.rebuilding', '', true)")
    with pytest.raises(CommandError, match="1 levels and 0 costs differ from the ledger"):
        call_command("rebuild_stock_levels", "--check")
    assert "on hand 9 (ledger 4)" in capsys.readouterr().out
    call_command("rebuild_stock_levels", "--write")
    assert StockLevel.objects.get().on_hand == 4
