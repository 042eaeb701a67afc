import json
from typing import Any

import pytest
from django.test import Client

from catalog.api import promotions
from catalog.models import Promotion
from catalog.services.promotions.promotions import (
    PromotionDraft,
    save_promotion,
    set_promotion_status,
)
from shop.kernel.ids import new_token
from shop.partners.services.keys import create_key
from tests.factories.promotions import make_campaign, make_promotion

pytestmark = pytest.mark.django_db
BODY = {
    "name": "Spring",
    "title_en": "Spring sale",
    "promotion_class": "order",
    "action": {"kind": "percent_off", "percent": "10"},
    "conditions": [{"kind": "minimum", "amounts": {"EUR": "50"}}],
    "combines_with": ["shipping"],
}


def call(method: str, path: str, body: Any = None, *, scopes: tuple[str, ...]) -> Any:
    _key, text = create_key(new_token(), scopes=scopes)
    return Client().generic(
        method,
        f"/api/v1/promotions/{path}",
        b"" if body is None else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {text}"},
    )


def test_a_promotion_is_written_read_started_and_ended() -> None:
    both = ("promotions:read", "promotions:write")
    made = call("PUT", "spring/", BODY, scopes=both)
    assert made.status_code == 200, made.json()
    assert (made.json()["state"], made.json()["summary"]) == (
        "draft",
        "10 % off all articles, from 50 EUR of all articles on.",
    )
    assert call("PUT", "spring/", BODY | {"name": "Again"}, scopes=both).json()["name"] == "Again"
    assert call("PUT", "spring/status/", {"status": "active"}, scopes=both).json()["state"] == "running"
    assert [row["key"] for row in call("GET", "", scopes=both).json()["results"]] == ["spring"]
    assert call("PUT", "spring/status/", {"status": "ended"}, scopes=both).json()["state"] == "ended"
    assert call("PUT", "spring/", BODY, scopes=both).status_code in {403, 409}
    assert Promotion.objects.count() == 1


def test_what_is_wrong_is_named_by_its_place() -> None:
    wrong = BODY | {"action": {"kind": "percent_off", "percent": "101"}}
    answer = call("PUT", "spring/", wrong, scopes=("promotions:write",))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "action.percent"
    assert not Promotion.objects.exists()


def test_scopes_are_asked_for() -> None:
    make_promotion(key="spring")
    assert call("GET", "spring/", scopes=("orders:read",)).status_code == 403
    assert call("PUT", "spring/", BODY, scopes=("promotions:read",)).status_code == 403
    assert Client().get("/api/v1/promotions/").status_code == 401
    assert call("GET", "none/", scopes=("promotions:read",)).status_code == 404


def test_two_that_make_one_promotion_at_a_time_both_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    save = promotions.save_by_key

    def save_after_a_rival(draft: PromotionDraft, *, actor: str) -> Promotion:
        monkeypatch.setattr(promotions, "save_by_key", save)
        make_promotion(key="spring", name="Rival")
        # It had looked before the rival's was there.
        return save_promotion(draft, actor=actor)

    monkeypatch.setattr(promotions, "save_by_key", save_after_a_rival)
    answer = call("PUT", "spring/", BODY, scopes=("promotions:write",))
    assert (answer.status_code, answer.json().get("name")) == (200, "Spring")
    assert Promotion.objects.get().name == "Spring"


def send(rows: Any, *, key: str = "one") -> Any:
    _key, text = create_key(new_token(), scopes=("promotions:write",))
    return Client().post(
        "/api/v1/promotions/",
        json.dumps(rows),
        content_type="application/json",
        headers={"Authorization": f"Bearer {text}", "Idempotency-Key": key},
    )


def test_many_are_written_at_once_each_by_itself() -> None:
    ended = make_promotion(key="old")
    set_promotion_status(ended.pk, status="ended", actor="ada")
    rows = [
        BODY | {"key": "spring"},
        BODY | {"key": "wrong", "action": {"kind": "percent_off", "percent": "101"}},
        BODY | {"key": "old"},
        BODY | {"key": "spring", "name": "Twice"},
    ]
    answer = send(rows)
    assert answer.status_code == 200, answer.json()
    told = [(one["key"], one["outcome"], one["code"], one["field"]) for one in answer.json()["results"]]
    assert told == [
        ("spring", "created", "", ""),
        ("wrong", "refused", "invalid_promotion", "action.percent"),
        ("old", "refused", "promotion_status", ""),
        ("spring", "refused", "repeated_key", "key"),
    ]
    assert Promotion.objects.get(key="spring").status == "draft"
    again = send([BODY | {"key": "spring"}, BODY | {"key": "spring-2"}])
    assert [one["outcome"] for one in again.json()["results"]] == ["unchanged", "created"]
    changed = send([BODY | {"key": "spring", "name": "Again"}])
    assert [one["outcome"] for one in changed.json()["results"]] == ["updated"]


def test_a_program_does_not_clear_what_operators_set() -> None:
    campaign = make_campaign()
    make_promotion(key="spring", campaign_id=campaign.pk)
    assert send([BODY | {"key": "spring"}]).json()["results"][0]["outcome"] == "updated"
    assert Promotion.objects.get().campaign_id == campaign.pk


def test_nor_does_one_that_replaces_a_single_promotion() -> None:
    # Else a partner's program takes it out of the campaign's budget, and a flash sale's articles lose their limits.
    campaign = make_campaign()
    product = BODY | {"promotion_class": "product", "conditions": []}
    make_promotion(key="spring", campaign_id=campaign.pk, promotion_class="product", is_flash_sale=True)
    assert call("PUT", "spring/", product, scopes=("promotions:write",)).json()["name"] == "Spring"
    kept = Promotion.objects.get()
    assert (kept.name, kept.campaign_id, kept.is_flash_sale) == ("Spring", campaign.pk, True)


@pytest.mark.parametrize("rows", [{}, [BODY], [BODY | {"key": "a b"}], [BODY | {"key": "a"}] * 101])
def test_a_list_that_is_none_is_refused(rows: Any) -> None:
    assert send(rows).status_code == 400
    assert not Promotion.objects.exists()
