"""Settled templates say what the templates say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.template import Context, Engine
from django.template.base import Template, TextNode
from django.template.loader import get_template
from django.template.loaders import cached
from django.test import Client
from django.utils.translation import override

from shop.web import drawn, settled
from tests.factories.catalog import make_variant

Render = Callable[..., str]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(settled, "_OURS", str(tmp_path))
    loaders = [("shop.web.settled.Loader", [("django.template.loaders.filesystem.Loader", [str(tmp_path)])])]
    return Engine(loaders=loaders, builtins=["django.templatetags.i18n", "django.templatetags.static"])


@pytest.fixture
def render(engine: Engine, tmp_path: Path) -> Render:
    """Write templates and render the one named ``page``."""

    def run(context: dict[str, Any] | None = None, **templates: str) -> str:
        for name, text in templates.items():
            (tmp_path / f"{name}.html").write_text(text)
        return engine.get_template("page.html").render(Context(context or {}))

    return run


def test_inheritance_is_flattened(render: Render, engine: Engine) -> None:
    out = render(
        {"x": "<b>"},
        base="a{% block one %}1{% block two %}2{% endblock %}{% endblock %}z",
        middle='{% extends "base.html" %}{% block two %}two{% endblock %}',
        page='{% extends "middle.html" %}{% block one %}[{{ x }}]{% endblock %}',
    )
    assert out == "a[&lt;b&gt;]z"
    assert not [node for node in engine.get_template("page.html").nodelist if hasattr(node, "parent_name")]


def test_blocks_pass_through_a_page_of_ours_to_one_that_stays_as_it_is(render: Render) -> None:
    out = render(
        page='{% extends "middle.html" %}{% block inner %}mine{% endblock %}',
        middle='{% extends "theirs.html" %}{% block outer %}[{% block inner %}{% endblock %}]{% endblock %}',
        theirs="<pre>{% block outer %}{% endblock %}</pre>",
    )
    assert out == "<pre>[mine]</pre>"


def test_a_block_that_nobody_fills_keeps_its_own_text(render: Render) -> None:
    out = render(
        base="a{% block one %}1{% block two %}2{% endblock %}{% endblock %}z",
        page='{% extends "base.html" %}{% block two %}two{% endblock %}',
    )
    assert out == "a1twoz"


def test_includes_see_what_they_are_given(render: Render) -> None:
    out = render(
        {"x": "x", "y": "y"},
        part="{{ x }}{{ y }}{{ z }}",
        page='{% include "part.html" with z="z" %} {% include "part.html" with z=x only %} {{ z }}',
    )
    assert out == "xyz x "


def test_names_set_in_an_include_stay_there(render: Render) -> None:
    assert (
        render(part="{% translate 'Cart' as word %}{{ word }}", page='{% include "part.html" %}{{ word }}')
        == "Cart"
    )


def test_a_part_that_includes_itself_ends_where_its_condition_says(render: Render) -> None:
    out = render(
        {"tree": {"name": "a", "below": {"name": "b"}}},
        part='{{ tree.name }}{% if tree.below %}{% include "part.html" with tree=tree.below %}{% endif %}',
        page='{% include "part.html" %}',
    )
    assert out == "ab"


def test_each_language_is_settled_for_itself(render: Render, engine: Engine) -> None:
    render(page="{% translate 'Cart' %}: {% blocktranslate %}Cart{% endblocktranslate %}")
    with override("zh-hans"):
        assert engine.get_template("page.html").render(Context()) == "购物车: 购物车"
    with override("en"):
        template = engine.get_template("page.html")
        assert template.render(Context()) == "Cart: Cart"
    assert [type(node) for node in template.nodelist] == [TextNode]


def test_addresses_are_settled_and_unknown_ones_stay_empty(render: Render) -> None:
    page = "{% url 'catalog:home' %}|{% url 'catalog:home' as home %}{{ home }}|{% url 'no:such' as gone %}{{ gone }}"
    assert render(page=page) == "/|/|"


def test_blanks_are_dropped_but_not_where_they_count(render: Render) -> None:
    assert render(page="<p>\n    a\n\n   b c</p>") == "<p>\na\nb c</p>"


def test_preformatted_text_keeps_its_blanks(render: Render) -> None:
    assert render(page="<pre>\n    a\n</pre>") == "<pre>\n    a\n</pre>"


def test_loops_keep_their_variables(render: Render) -> None:
    page = "{% for x in xs %}{{ forloop.counter }}{{ x }}{% empty %}none{% endfor %}"
    assert render({"xs": "ab"}, page=page) == "1a2b"


def test_an_empty_loop_says_so(render: Render) -> None:
    assert render({"xs": ""}, page="{% for x in xs %}{{ x }}{% empty %}none{% endfor %}") == "none"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/search/", "/search/?q=mug", "/p/mug/", "/cart/", "/account/login/", "/help/"]
)
@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_real_pages_say_the_same_as_unsettled_ones(
    client: Client, monkeypatch: pytest.MonkeyPatch, prefix: str, path: str
) -> None:
    make_variant()
    now = _read(client, prefix + path)
    monkeypatch.setattr(settled.Loader, "get_template", cached.Loader.get_template)
    monkeypatch.setattr(drawn, "_drawings", type(drawn._drawings)())
    caches["process"].clear()
    assert _read(client, prefix + path) == now


def _read(client: Client, path: str) -> str:
    text = client.get(path).content.decode()
    text = re.sub(r"\s+", " ", re.sub(r'value="\w{64}"', "", text))
    return re.sub(r"> | <", lambda found: found[0].strip(), text)


def test_templates_of_libraries_stay_as_they_are() -> None:
    template = Template("x", engine=Engine())
    assert not settled.is_ours(template)


@pytest.mark.parametrize(
    "name", ["catalog/home.html", "catalog/category.html", "catalog/product.html", "catalog/search.html"]
)
def test_the_busiest_pages_are_settled(name: str) -> None:
    page: Any = get_template(name)
    assert settled.is_ours(page.template)
