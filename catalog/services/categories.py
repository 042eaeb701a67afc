"""The category tree: paths follow their parents, listings follow their categories."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.domain.errors import CategoryInUse, CategoryTooDeep
from catalog.models import Brand, Category, Product
from catalog.models.category import MAX_DEPTH
from catalog.queries.addresses import build_brand_path, build_category_path
from catalog.queries.categories import forget_category_tree
from catalog.services.listings import refresh_listings
from catalog.services.redirects import forget_redirect, remember_moves
from shop.kernel.audit import record_audit
from shop.kernel.errors import Invalid
from shop.kernel.transactions import on_commit, transactional


@transactional
def save_category(category: Category, *, actor: str) -> Category:
    """Write a category, give it and all below it their paths, and rebuild the listings that stand there.

    Old addresses lead to the new ones. Raises CategoryTooDeep, and Invalid for a parent below itself.
    Records an audit row. Repeatable.
    """
    old_path = category.path
    parent = category.parent
    check_parent(category, parent=parent)
    category.path = f"{parent.path}/{category.slug}" if parent else category.slug
    category.depth = parent.depth + 1 if parent else 1
    category.save()
    if old_path and old_path != category.path:
        _move_children(category, old_path)
    elif not old_path:
        forget_redirect(build_category_path(category.path))
    _refresh_shelf(category.path)
    record_audit(actor, action="catalog.save_category", target=f"category:{category.path}", old_path=old_path)
    on_commit(forget_category_tree)
    return category


@transactional
def delete_category(category: Category, *, actor: str) -> None:
    """Delete an empty category; raises CategoryInUse when products or categories stand in it.

    Its address leads to the category above it from now on.
    """
    if category.products.exists() or category.children.exists():
        raise CategoryInUse(
            _("“%(name)s” still holds products or categories. Move them first.") % {"name": category.name}
        )
    record_audit(actor, action="catalog.delete_category", target=f"category:{category.path}")
    parent = category.parent
    category.delete()
    if parent:
        remember_moves({build_category_path(category.path): build_category_path(parent.path)})
    on_commit(forget_category_tree)


def check_parent(category: Category, *, parent: Category | None) -> None:
    """Raise Invalid or CategoryTooDeep when a category cannot stand below a parent."""
    if parent is None:
        return
    if category.pk and (parent.pk == category.pk or parent.path.startswith(f"{category.path}/")):
        raise Invalid(_("A category cannot stand below itself."), field="parent")
    below = _count_levels_below(category)
    if parent.depth + 1 + below > MAX_DEPTH:
        raise CategoryTooDeep(_("Categories go three levels deep at most."), field="parent")


def _count_levels_below(category: Category) -> int:
    """Return how many levels stand below a category that exists already."""
    if not category.pk:
        return 0
    deepest = Category.objects.filter(path__startswith=f"{category.path}/").order_by("-depth").first()
    return deepest.depth - category.depth if deepest else 0


def _move_children(category: Category, old_path: str) -> None:
    moves = {build_category_path(old_path): build_category_path(category.path)}
    for child in Category.objects.filter(path__startswith=f"{old_path}/").order_by("depth"):
        path = f"{category.path}{child.path.removeprefix(old_path)}"
        moves[build_category_path(child.path)] = build_category_path(path)
        child.path, child.depth = path, path.count("/") + 1
        child.save(update_fields=["path", "depth"])
    remember_moves(moves)


def _refresh_shelf(path: str) -> None:
    categories = Category.objects.within(path)
    refresh_listings(list(Product.objects.filter(category__in=categories).values_list("pk", flat=True)))


@transactional
def save_brand(brand: Brand, *, actor: str) -> Brand:
    """Write a brand and rebuild the listings that show its name; an old address leads to the new one.

    Records an audit row. Repeatable.
    """
    old_slug = Brand.objects.filter(pk=brand.pk).values_list("slug", flat=True).first()
    brand.save()
    if old_slug and old_slug != brand.slug:
        remember_moves({build_brand_path(old_slug): build_brand_path(brand.slug)})
    refresh_listings(list(brand.products.values_list("pk", flat=True)))
    record_audit(actor, action="catalog.save_brand", target=f"brand:{brand.slug}")
    return brand
