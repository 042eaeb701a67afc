"""Our own templates with all that never changes settled once per language: a page renders only what varies.

Inheritance is flattened, includes are spliced in, and fixed texts, addresses and icons become plain text. What a
template may do, and what it says, is the same; ``DEBUG`` renders templates as they stand, for good error pages.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.template.base import FilterExpression, Node, NodeList, Template, TextNode, Variable
from django.template.context import Context
from django.template.defaulttags import ForNode, IfNode, URLNode, WithNode
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode, construct_relative_path
from django.template.loaders import cached
from django.templatetags.cache import CacheNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch
from django.utils.safestring import SafeString
from django.utils.translation import get_language

Tag = TypeVar("Tag", bound=Callable[..., Any])

_BREAKS = re.compile(r"\s*\n\s*")
_KEEPS_BLANKS = ("<pre", "<textarea", "{% filter", "block.super")
_OURS = str(settings.BASE_DIR / "templates")
_THEIRS = (f"{_OURS}/admin/", f"{_OURS}/unfold/", f"{_OURS}/allauth/")
_constant_tags: set[Callable[..., Any]] = set()


def constant_tag(tag: Tag) -> Tag:
    """Mark a simple tag whose answer depends on its arguments only, for as long as the process lives."""
    _constant_tags.add(tag)
    return tag


class Loader(cached.Loader):
    """Django's cached loader, with a settled template for each language."""

    def __init__(self, engine: Any, loaders: list[Any]) -> None:
        super().__init__(engine, loaders)
        self.settled: dict[str, Template] = {}

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """The settled template; as it stands where another one extends it, and for libraries' own pages."""
        if skip is not None or self.engine.debug:
            return super().get_template(template_name, skip)
        key = f"{get_language()}|{template_name}"
        found = self.settled.get(key)
        if found is None:
            found = self._settle(self.get_raw_template(template_name))
            self.settled[key] = found
        return found

    def get_raw_template(self, template_name: str) -> Template:
        """The template as it stands."""
        return super().get_template(template_name)

    def reset(self) -> None:
        """Forget every template: a file has changed."""
        self.settled = {}
        super().reset()

    def _settle(self, template: Template) -> Template:
        if not is_ours(template):
            return template
        done = copy.copy(template)
        done.nodelist = _Settler(self, template).settle_whole(template)
        return done


def is_ours(template: Template) -> bool:
    """Whether it is a page or a part of the shop's own, whose blanks carry no meaning."""
    name = str(template.origin.name)
    is_page = name.startswith(_OURS) and name.endswith(".html") and not name.startswith(_THEIRS)
    return is_page and not any(mark in template.source for mark in _KEEPS_BLANKS)


class _Scope(Node):
    """What a block or an include is when it is part of the page: nodes with names of their own."""

    def __init__(self, nodelist: NodeList, *, given: dict[str, FilterExpression], is_isolated: bool) -> None:
        self.nodelist = nodelist
        self.given = given
        self.is_isolated = is_isolated

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.given.items()}
        if self.is_isolated:
            return self.nodelist.render(context.new(values))
        with context.push(**values):
            return self.nodelist.render(context)


class _Named(Node):
    """A fixed value under a name: ``{% url 'x' as y %}``."""

    child_nodelists = ()

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self.value = value

    def render(self, context: Context) -> SafeString:
        context[self.name] = self.value
        return SafeString("")


class _Settler:
    """Rewrites the nodes of one template; the nodes that Django parsed stay as they are."""

    def __init__(self, loader: Loader, template: Template, path: tuple[str, ...] = ()) -> None:
        self.loader = loader
        self.template = template
        self.path = (*path, str(template.name))
        self.blocks: dict[str, BlockNode] = {}

    def settle_whole(self, template: Template) -> NodeList:
        """A template's nodes, those of what it extends around them."""
        parent = next((node for node in template.nodelist if isinstance(node, ExtendsNode)), None)
        if parent is None:
            return self.settle(template.nodelist)
        above = parent.parent_name
        whole = self._find_raw(above) if isinstance(above, FilterExpression) else None
        if whole is None or not is_ours(whole):
            # All that was passed on the way counts: it starts over as Django would.
            return self.template.nodelist
        for name, block in parent.blocks.items():
            self.blocks.setdefault(name, block)
        return self.settle_whole(whole)

    def settle(self, nodes: Iterable[Node]) -> NodeList:
        """The nodes settled, texts that meet joined."""
        done = NodeList()
        for node in nodes:
            for settled in self._settle_node(node):
                last = done[-1] if done else None
                if isinstance(settled, TextNode) and isinstance(last, TextNode):
                    done[-1] = TextNode(_BREAKS.sub("\n", last.s + settled.s))
                else:
                    done.append(settled)
        done.contains_nontext = True
        return done

    def _settle_node(self, node: Node) -> Iterable[Node]:
        if isinstance(node, TextNode):
            return [TextNode(_BREAKS.sub("\n", node.s))]
        if isinstance(node, BlockNode):
            inner = self.settle(self.blocks.get(node.name, node).nodelist)
            return _scope(inner, given={}, is_isolated=False)
        if isinstance(node, IncludeNode):
            return self._settle_include(node)
        if isinstance(node, (IfNode, ForNode, WithNode, CacheNode)):
            return [self._settle_inside(node)]
        return [_settle_constant(node, self.template)]

    def _settle_include(self, node: IncludeNode) -> Iterable[Node]:
        name = _read_literal(node.template)
        whole = self._find_raw(node.template, beside=node) if name is not None else None
        if whole is None or not is_ours(whole) or str(whole.name) in self.path:
            return [node]
        inner = _Settler(self.loader, whole, self.path)
        if any(isinstance(part, (ExtendsNode, BlockNode)) for part in whole.nodelist):
            return [node]
        return _scope(
            inner.settle(whole.nodelist), given=node.extra_context, is_isolated=node.isolated_context
        )

    def _settle_inside(self, node: Node) -> Node:
        done = copy.copy(node)
        if isinstance(done, IfNode):
            done.conditions_nodelists = [
                (condition, self.settle(nodes)) for condition, nodes in done.conditions_nodelists
            ]
            return done
        for name in ("nodelist", "nodelist_loop", "nodelist_empty"):
            if name in vars(done):
                setattr(done, name, self.settle(getattr(done, name)))
        return done

    def _find_raw(self, expression: FilterExpression, beside: Node | None = None) -> Template | None:
        name = _read_literal(expression)
        if name is None:
            return None
        own = getattr(getattr(beside, "origin", None), "template_name", None) or self.template.name
        return self.loader.get_raw_template(str(construct_relative_path(own, name)))


def _scope(nodes: NodeList, *, given: dict[str, FilterExpression], is_isolated: bool) -> Iterable[Node]:
    """Nothing but text needs no names of its own."""
    if all(isinstance(node, TextNode) for node in nodes):
        return list(nodes)
    return [_Scope(nodes, given=given, is_isolated=is_isolated)]


def _settle_constant(node: Node, template: Template) -> Node:
    """A node that says the same each time in this language as the text that it says."""
    try:
        if isinstance(node, (URLNode, TranslateNode)) and node.asvar and _is_constant(node):
            nameless = copy.copy(node)
            nameless.asvar = None
            return _Named(node.asvar, _say(nameless, template))
        if _is_constant(node):
            return TextNode(_say(node, template))
    except NoReverseMatch:
        return node
    return node


def _say(node: Node, template: Template) -> SafeString:
    context = Context()
    with context.bind_template(template):
        return SafeString(node.render(context))


def _is_constant(node: Node) -> bool:
    if isinstance(node, URLNode):
        return all(
            _read_literal(part) is not None for part in (node.view_name, *node.args, *node.kwargs.values())
        )
    if isinstance(node, StaticNode):
        return node.varname is None and _read_literal(node.path) is not None
    if isinstance(node, TranslateNode):
        return node.message_context is None and _is_literal_message(node.filter_expression)
    if isinstance(node, BlockTranslateNode):
        parts = (node.extra_context, node.plural, node.asvar, node.message_context)
        return (
            not any(parts)
            and "%" not in "".join(token.contents for token in node.singular)
            and all(token.token_type.name == "TEXT" for token in node.singular)
        )
    if isinstance(node, SimpleNode) and node.func in _constant_tags:
        values = (*node.args, *node.kwargs.values())
        return node.target_var is None and all(_read_literal(value) is not None for value in values)
    return False


def _read_literal(expression: FilterExpression) -> str | None:
    """The text that stands in the template itself; None for whatever the context decides."""
    if expression.filters or isinstance(expression.var, Variable):
        return None
    return str(expression.var)


def _is_literal_message(expression: FilterExpression) -> bool:
    return (
        not expression.filters and isinstance(expression.var, Variable) and expression.var.literal is not None
    )
