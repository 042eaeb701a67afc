"""Addresses of the floor, under the back office's own."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from inventory.admin.floor import counting, home, labels, moving, picking, receiving

_PAGES: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("", home.show_home, "home"),
    ("scan/", home.show_scan, "scan"),
    ("receive/", receiving.receive, "receive"),
    ("receive/<int:order_id>/", receiving.receive_purchase, "receive_purchase"),
    ("pick/", picking.show_picking, "picking"),
    ("pick/plan/", picking.plan_walk, "plan_walk"),
    ("pick/<int:walk_id>/", picking.show_walk, "walk"),
    ("pick/<int:walk_id>/end/", picking.end_walk, "end_walk"),
    ("pick/step/<int:task_id>/", picking.pick, "pick"),
    ("pick/step/<int:task_id>/wrong/", picking.show_wrong_scan, "wrong_scan"),
    ("pick/step/<int:task_id>/back/", picking.return_to_shelf, "put_back"),
    ("count/", counting.show_counts, "counts"),
    ("count/full/", counting.plan_full_count, "plan_count"),
    ("count/<int:count_id>/", counting.show_count, "count"),
    ("count/<int:count_id>/found/", counting.add_line, "add_line"),
    ("count/<int:count_id>/finish/", counting.finish, "finish_count"),
    ("count/line/<int:line_id>/", counting.count_line, "count_line"),
    ("count/line/<int:line_id>/decide/", counting.decide, "decide_line"),
    ("move/", moving.move, "move"),
    ("scrap/", moving.scrap, "scrap"),
    ("transfers/", moving.show_transfers, "transfers"),
    ("transfers/<int:transfer_id>/send/", moving.send, "send_transfer"),
    ("transfers/<int:transfer_id>/receive/", moving.receive_from, "receive_from"),
    ("labels/", labels.print_labels, "labels"),
)


def list_floor_urls(guard: Callable[[Callable[..., Any]], Callable[..., Any]]) -> list[URLPattern]:
    """All pages behind the back office's own door."""
    pages = [
        path(f"floor/<int:warehouse_id>/{address}", guard(view), name=f"floor_{name}")
        for address, view, name in _PAGES
    ]
    return [path("floor/", guard(home.choose_warehouse), name="floor"), *pages]
