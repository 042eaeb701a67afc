"""The names of apps, models and fields that nobody marked for translation: translated like any other text.

Django calls a field without a name by its attribute, as in "payment status". Its translation is looked up here, after
the models are loaded, and not asked for in every model: migrations would repeat each name.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.apps import AppConfig, apps
from django.utils.text import camel_case_to_spaces
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model
    from django.db.models.options import Options


class UnmarkedName(NamedTuple):
    """A name as the code has it, whose attribute it is, and the file that it comes from."""

    owner: object
    attribute: str
    text: str
    file: Path


def translate_model_names(root: Path) -> None:
    """Let every unmarked name of the apps below `root` follow the active language."""
    for name in list_unmarked_names(root):
        setattr(name.owner, name.attribute, gettext_lazy(name.text))


def list_unmarked_names(root: Path) -> Iterator[UnmarkedName]:
    """Yield the names of apps, models and fields below `root`, whether they are translated by now or not."""
    for config in apps.get_app_configs():
        file = Path(inspect.getfile(type(config)))
        if not file.is_relative_to(root) or "site-packages" in file.parts:
            continue
        yield from _list_app_names(config, file)
        for model in config.get_models():
            yield from _list_model_names(model)
            yield from _list_field_names(model)


def _list_app_names(config: AppConfig, file: Path) -> Iterator[UnmarkedName]:
    name = vars(type(config)).get("verbose_name", config.label.title())
    if isinstance(name, str):
        yield UnmarkedName(config, "verbose_name", name, file)


def _list_model_names(model: type[Model]) -> Iterator[UnmarkedName]:
    file = Path(inspect.getfile(model))
    options = _get_options(model)
    singular = options.original_attrs.get("verbose_name", camel_case_to_spaces(model.__name__))
    plural = options.original_attrs.get("verbose_name_plural", f"{singular}s")
    if isinstance(singular, str):
        yield UnmarkedName(options, "verbose_name", singular, file)
    if isinstance(singular, str) and isinstance(plural, str):
        yield UnmarkedName(options, "verbose_name_plural", plural, file)


def _list_field_names(model: type[Model]) -> Iterator[UnmarkedName]:
    file = Path(inspect.getfile(model))
    options = _get_options(model)
    for field in (*options.local_fields, *options.local_many_to_many):
        # A field that modeltranslation adds is named by it, after the one that it translates.
        if "verbose_name" not in field.deconstruct()[3] and not hasattr(field, "translated_field"):
            yield UnmarkedName(field, "verbose_name", field.name.replace("_", " "), file)


def _get_options(model: type[Model]) -> Options[Model]:
    return model._meta  # noqa: SLF001  public in all but name
