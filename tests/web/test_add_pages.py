"""Pages that add a row, asked by an address or a form that names what is no key."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.factories.catalog import make_variant

pytestmark = pytest.mark.django_db

# A superscript two is a digit to str.isdigit() and none to int(); the others are a word, too long, and no text.
NONSENSE = ("²", "abc", "9" * 30, "\0")


def list_picked() -> list[tuple[type[Model], str]]:
    return [
        (model, name) for model, page in admin.site._registry.items() for name in page.autocomplete_fields
    ]


def get_add_address(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser(email="root@example.com", password="x"))
    return client


@pytest.mark.parametrize("text", NONSENSE)
def test_a_proposal_that_is_no_key_is_no_choice(owner: Client, text: str) -> None:
    picked = list_picked()
    assert len(picked) > 1
    answers = {
        (model.__name__, name): owner.get(get_add_address(model), {name: text}).status_code
        for model, name in picked
    }
    assert set(answers.values()) == {200}, answers


def test_a_proposal_that_is_a_key_is_chosen(owner: Client) -> None:
    variant = make_variant()
    page: Any = owner.get("/admin/catalog/competitorprice/add/", {"variant": str(variant.pk)})
    assert f'<option value="{variant.pk}" selected' in page.content.decode()


def test_a_form_that_names_no_key_is_told_so(owner: Client) -> None:
    page = owner.post("/admin/catalog/competitorprice/add/", {"variant": "²"})
    assert page.status_code == 200
    assert "Select a valid choice" in page.content.decode()
