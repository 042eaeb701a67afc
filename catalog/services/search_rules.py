"""What operators tell the search; every process believes it within seconds."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.domain.search.rules import LONGEST_PHRASE, split_list, split_phrase
from catalog.domain.search.words import fold_words
from catalog.models import SearchRedirect, SearchSettings, SearchSynonym
from catalog.queries.search_rules import forget_search_rules
from shop.kernel.audit import record_audit
from shop.kernel.errors import Invalid
from shop.kernel.transactions import on_commit, transactional


@transactional
def save_search_settings(settings: SearchSettings, *, actor: str) -> SearchSettings:
    """Write the one row of weights and stop words. Records an audit row. Repeatable."""
    settings.pk = 1
    settings.save()
    record_audit(
        actor,
        action="catalog.save_search_settings",
        target="search",
        text=settings.text_weight,
        stock=settings.stock_weight,
        sales=settings.sales_weight,
        freshness=settings.freshness_weight,
        freshness_days=settings.freshness_days,
    )
    on_commit(forget_search_rules)
    return settings


@transactional
def save_synonym(synonym: SearchSynonym, *, actor: str) -> SearchSynonym:
    """Write words that mean the same; raises Invalid when they cannot. Records an audit row. Repeatable."""
    check_synonym(synonym.words, synonym.also)
    synonym.save()
    record_audit(actor, action="catalog.save_synonym", target=f"synonym:{synonym.pk}", words=str(synonym))
    on_commit(forget_search_rules)
    return synonym


@transactional
def delete_synonym(synonym: SearchSynonym, *, actor: str) -> None:
    """Delete a synonym. Records an audit row."""
    record_audit(actor, action="catalog.delete_synonym", target=f"synonym:{synonym.pk}", words=str(synonym))
    synonym.delete()
    on_commit(forget_search_rules)


@transactional
def save_search_redirect(redirect: SearchRedirect, *, actor: str) -> SearchRedirect:
    """Write where a term leads; raises Invalid for another shop's address. Records an audit row. Repeatable."""
    redirect.term = fold_words(redirect.term)
    check_target(redirect.target)
    redirect.save()
    record_audit(
        actor,
        action="catalog.save_search_redirect",
        target=f"search-redirect:{redirect.term}",
        leads_to=redirect.target,
    )
    on_commit(forget_search_rules)
    return redirect


@transactional
def delete_search_redirect(redirect: SearchRedirect, *, actor: str) -> None:
    """Delete a redirect. Records an audit row."""
    record_audit(actor, action="catalog.delete_search_redirect", target=f"search-redirect:{redirect.term}")
    redirect.delete()
    on_commit(forget_search_rules)


def check_synonym(words: str, also: str) -> None:
    """Raise Invalid when these words can find nothing else."""
    for field, text in (("words", words), ("also", also)):
        if long := next((one for one in split_list(text) if len(split_phrase(one)) > LONGEST_PHRASE), ""):
            message = _("“%(words)s” is too long: four words at most.") % {"words": long}
            raise Invalid(message, field=field)
    if not split_list(words) or (not also and len(split_list(words)) < 2):  # noqa: PLR2004  one word has no other
        raise Invalid(_("Give two words at least, separated by commas."), field="words")


def check_target(target: str) -> None:
    """Raise Invalid when an address is not one of this shop's."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        raise Invalid(_("Begin with one slash: /collections/tea/."), field="target")
