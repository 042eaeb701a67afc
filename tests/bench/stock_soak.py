"""The soak: reserve, release, ship, receive, transfer, move, count and recall, all at once on the same articles."""

import random
from collections.abc import Callable

from inventory.domain.requests import ShipRequest, StockLine, StockRequest
from inventory.models import CountKind, StockItem, StockLevel
from inventory.models.places import Bin
from inventory.queries.places import at_place
from inventory.queries.proof import list_cost_differences, list_level_differences
from inventory.services.counts import cancel_count, plan_count, post_count, record_count
from inventory.services.moves import MoveSource, move_stock
from inventory.services.reservations import confirm_reservation, release_stock, reserve_stock
from inventory.services.stock import receive_stock, ship_stock
from inventory.services.transfers import Arrival, create_transfer, receive_transfer, send_transfer
from shop.kernel.clock import now
from shop.kernel.invariants import check_invariants
from tests.bench.stock import LASTS, Operation, Outcome, Scene, run_workers

_MIX = (
    ("reserve", 30),
    ("release", 15),
    ("ship", 20),
    ("receive", 15),
    ("move", 10),
    ("transfer", 5),
    ("count", 5),
)


class Worker:
    """One process's hands: it remembers what it holds."""

    def __init__(self, scene: Scene, number: int) -> None:
        self.scene = scene
        self.number = number
        self.held: list[tuple[str, list[StockRequest]]] = []

    def act(self, dice: random.Random, turn: str) -> str:
        """One step of the mix."""
        name = dice.choices([name for name, _ in _MIX], [weight for _, weight in _MIX])[0]
        steps: dict[str, Callable[[random.Random, str], None]] = {
            "reserve": self.reserve,
            "release": self.release,
            "ship": self.ship,
            "receive": self.receive,
            "move": self.move,
            "transfer": self.transfer,
            "count": self.count,
        }
        steps[name](dice, turn)
        return name

    def reserve(self, dice: random.Random, turn: str) -> None:
        """A cart of one to four articles in any order."""
        chosen = dice.sample(self.scene.variant_ids, dice.randint(1, 4))
        lines = [StockRequest(variant_id=variant_id, quantity=dice.randint(1, 3)) for variant_id in chosen]
        reference = f"soak:{turn}"
        reserve_stock(reference, lines=lines, expires_at=now() + LASTS)
        self.held.append((reference, lines))

    def release(self, dice: random.Random, _turn: str) -> None:
        """Somebody cancels."""
        if self.held:
            reference, _lines = self.held.pop(dice.randrange(len(self.held)))
            release_stock(reference, reason="soak")

    def ship(self, dice: random.Random, turn: str) -> None:
        """A paid cart leaves, wholly, from either warehouse."""
        if not self.held:
            return
        reference, lines = self.held.pop(dice.randrange(len(self.held)))
        confirm_reservation(reference)
        warehouse_id = dice.choice(self.scene.warehouse_ids)
        ship_stock(
            reference,
            lines=[
                ShipRequest(variant_id=line.variant_id, warehouse_id=warehouse_id, quantity=line.quantity)
                for line in lines
            ],
            source_id=f"soak-{turn}",
        )

    def receive(self, dice: random.Random, turn: str) -> None:
        """A small delivery, in any order of articles."""
        lines = [
            StockLine(
                variant_id=variant_id,
                warehouse_id=dice.choice(self.scene.warehouse_ids),
                quantity=dice.randint(1, 9),
            )
            for variant_id in dice.sample(self.scene.variant_ids, dice.randint(1, 3))
        ]
        receive_stock(lines, source_type="soak", source_id=turn)

    def move(self, dice: random.Random, turn: str) -> None:
        """Something is put away."""
        side = dice.randrange(2)
        line = StockLine(
            variant_id=dice.choice(self.scene.variant_ids),
            warehouse_id=self.scene.warehouse_ids[side],
            quantity=1,
        )
        bin_ = Bin.objects.get(pk=self.scene.bin_ids[side])
        move_stock(line, to_bin=bin_, source=MoveSource(source_type="soak", source_id=turn, actor="soak"))

    def transfer(self, dice: random.Random, turn: str) -> None:
        """A lorry there, or back, that sometimes loses a piece."""
        source, destination = dice.sample(self.scene.warehouse_ids, 2)
        wanted = [(variant_id, 3) for variant_id in dice.sample(self.scene.variant_ids, 2)]
        transfer = create_transfer(source, destination_id=destination, lines=wanted, actor="soak")
        send_transfer(transfer.pk, actor="soak")
        arrivals = [
            Arrival(line_id=line.pk, received_quantity=line.quantity - dice.randrange(2))
            for line in transfer.lines.all()
        ]
        receive_transfer(transfer.pk, arrivals=arrivals, is_last=True, token=turn, actor="soak")

    def count(self, dice: random.Random, _turn: str) -> None:
        """A bin is counted twice, at times one piece short or over, and booked."""
        side = dice.randrange(2)
        count = plan_count(
            self.scene.warehouse_ids[side],
            kind=CountKind.SPOT,
            actor="soak",
            bin_ids=[self.scene.bin_ids[side]],
        )
        count.lines.exclude(pk__in=list(count.lines.values_list("pk", flat=True)[:2])).delete()
        for line in count.lines.all():
            place = at_place(bin_id=line.bin_id, lot_id=line.lot_id)
            there = StockItem.objects.get(place, variant_id=line.variant_id).quantity
            quantity = max(there + dice.randint(-1, 1), 0)
            while line.status in {"open", "recount"}:
                line.status = record_count(line.pk, quantity=quantity, actor="soak").status
        if count.lines.filter(status="approval").exists():
            cancel_count(count.pk, actor="soak")
        else:
            post_count(count.pk, actor="soak")


def run_soak(scene: Scene, *, seconds: float) -> Outcome:
    """All workers mix all operations for so long."""

    def make(number: int) -> Operation:
        return Worker(scene, number).act

    return run_workers(make, seconds=seconds)


def check_soak(outcome: Outcome) -> list[str]:
    """What went wrong: deadlocks and other errors of the database, broken invariants, levels or costs that drifted."""
    problems = [f"{count} x {error}" for error, count in outcome.errors.items()]
    # Nobody delivers the outbox here: what waits in it (I19) says nothing about stock.
    broken = [found for found in check_invariants() if found.code != "I19"]
    problems += [f"{found.code}: {found.rows[:3]}" for found in broken]
    problems += [str(found) for found in list_level_differences()]
    problems += [str(found) for found in list_cost_differences()]
    below = (
        StockLevel.objects.filter(on_hand__lt=0).count() + StockItem.objects.filter(quantity__lt=0).count()
    )
    return problems + ([f"{below} below zero"] if below else [])
