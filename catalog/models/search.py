"""What search reads and what operators tell it: documents, words, settings, synonyms, redirects, and what was searched."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Raised when documents are built in another way: the periodic job then writes the old ones anew.
DOCUMENT_VERSION = 3
LONGEST_WORD = 40
LONGEST_TERM = 100
DEFAULT_STOP_WORDS = (
    "a, an, and, at, by, for, from, in, my, of, on, or, the, to, with, 的, 了, 和, 与, 或, 是, 在, 给, 用"
)


class SearchDocument(models.Model):
    """The words a product is found by, in every language at once; written only by services."""

    class Tier(models.IntegerChoices):
        """Where a product stands among all: too many finds are cut from the last tier up."""

        BEST = 0, _("Best")
        UPPER = 1, _("Upper")
        LAST = 2, _("Last")

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="search_document"
    )
    # Names and brand in lower case: whether the whole term stands in them.
    names = models.TextField()
    # Everything, weighted A (name) to D (description), with the tier as a lexeme: what the index finds.
    vector = SearchVectorField()
    # The same without the description: short enough to rank a thousand rows while a shopper waits.
    name_vector = SearchVectorField(default="")
    # 0 to 1, logarithmic, from what was sold of late; pushed down by upper apps.
    sales_score = models.FloatField(default=0.0)
    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.LAST)
    version = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        ordering = ("pk",)
        indexes = (
            # Without a pending list, so that a search never pays for the writes before it.
            GinIndex(fields=["vector"], name="catalog_search_vector", fastupdate=False),
            models.Index(
                fields=["product"],
                name="catalog_search_outdated",
                condition=models.Q(version__lt=DOCUMENT_VERSION),
            ),
            # The few that sold of late, the best first.
            models.Index(
                fields=["-sales_score", "-product"],
                name="catalog_search_best_sellers",
                condition=models.Q(sales_score__gt=0),
            ),
        )

    def __str__(self) -> str:
        """Return the names."""
        return self.names


class SearchWord(models.Model):
    """A word of the catalogue: completes what is typed and mends what is mistyped."""

    word = models.CharField(max_length=LONGEST_WORD, primary_key=True)
    document_quantity = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        ordering = ("word",)
        indexes = (GinIndex(OpClass("word", name="gin_trgm_ops"), name="catalog_searchword_trigram"),)

    def __str__(self) -> str:
        """Return the word."""
        return self.word


def _weight(label: "StrOrPromise", default: float) -> "models.FloatField[float, float]":
    return models.FloatField(
        label, default=default, validators=[MinValueValidator(0.0), MaxValueValidator(10.0)]
    )


class SearchSettings(models.Model):
    """How results are ranked: one row."""

    text_weight = _weight(_("weight of the words"), 1.0)
    stock_weight = _weight(_("weight of being in stock"), 0.15)
    sales_weight = _weight(_("weight of sales"), 0.2)
    freshness_weight = _weight(_("weight of being new"), 0.05)
    freshness_days = models.PositiveIntegerField(
        _("days until half as new"), default=60, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    stop_words = models.TextField(
        _("stop words"),
        blank=True,
        default=DEFAULT_STOP_WORDS,
        help_text=_("Separated by commas. They are left out of a search that has other words."),
    )

    class Meta:
        verbose_name = _("search settings")
        verbose_name_plural = _("search settings")
        constraints = (
            models.CheckConstraint(condition=models.Q(pk=1), name="catalog_searchsettings_one_row"),
            models.CheckConstraint(
                condition=models.Q(
                    text_weight__gte=0,
                    stock_weight__gte=0,
                    sales_weight__gte=0,
                    freshness_weight__gte=0,
                    freshness_days__gte=1,
                ),
                name="catalog_searchsettings_not_negative",
            ),
        )

    def __str__(self) -> str:
        """Return what it is."""
        return str(_("search settings"))


class SearchSynonym(models.Model):
    """Words that mean the same to a shopper."""

    words = models.CharField(
        _("words"), max_length=300, help_text=_("Separated by commas, in any language: sofa, couch, 沙发.")
    )
    also = models.CharField(
        _("also finds"),
        max_length=300,
        blank=True,
        default="",
        help_text=_(
            "Empty: the words above find each other. Given: the words above also find these, not the reverse."
        ),
    )

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ("words", "pk")
        constraints = (
            models.CheckConstraint(condition=~models.Q(words=""), name="catalog_searchsynonym_has_words"),
        )

    def __str__(self) -> str:
        """Return the words."""
        return f"{self.words} → {self.also}" if self.also else self.words


class SearchRedirect(models.Model):
    """A term that is no search for products: "returns" leads to the page about returns."""

    term = models.CharField(_("search term"), max_length=LONGEST_TERM)
    target = models.CharField(
        _("leads to"), max_length=300, help_text=_("An address of this shop that begins with a slash.")
    )

    class Meta:
        verbose_name = _("search redirect")
        verbose_name_plural = _("search redirects")
        ordering = ("term",)
        constraints = (
            models.UniqueConstraint(fields=["term"], name="catalog_searchredirect_term_unique"),
            models.CheckConstraint(
                condition=models.Q(target__regex=r"^/([^/\\]|$)"),
                name="catalog_searchredirect_target_is_ours",
            ),
        )

    def __str__(self) -> str:
        """Return the term."""
        return self.term


class SearchTermDay(models.Model):
    """How often a term was searched for on a day; nothing about who did."""

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=10)
    term = models.CharField(_("search term"), max_length=LONGEST_TERM)
    search_quantity = models.PositiveIntegerField(_("searches"), default=0)
    click_quantity = models.PositiveIntegerField(_("clicks"), default=0)
    # How many products the latest of these searches found.
    result_quantity = models.PositiveIntegerField(_("results"), default=0)

    class Meta:
        verbose_name = _("search of a day")
        verbose_name_plural = _("searches by day")
        ordering = ("-day", "-search_quantity", "term")
        constraints = (
            models.UniqueConstraint(fields=["day", "language", "term"], name="catalog_searchtermday_once"),
        )

    def __str__(self) -> str:
        """Return the term and its day."""
        return f"{self.term} ({self.day})"


class SearchClickDay(models.Model):
    """Which product was opened from the results of a term on a day."""

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=10)
    term = models.CharField(_("search term"), max_length=LONGEST_TERM)
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", verbose_name=_("product")
    )
    click_quantity = models.PositiveIntegerField(_("clicks"), default=0)
    # Sum of the places in the list, from 1; divided by the clicks it is the mean place.
    position_sum = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("click of a day")
        verbose_name_plural = _("clicks by day")
        ordering = ("-day", "-click_quantity")
        constraints = (
            models.UniqueConstraint(
                fields=["day", "language", "term", "product"], name="catalog_searchclickday_once"
            ),
        )

    def __str__(self) -> str:
        """Return the term and its day."""
        return f"{self.term} ({self.day})"


class ProductPair(models.Model):
    """Two products that go together, and how strongly; rewritten by services.recommendations."""

    class Kind(models.TextChoices):
        """What brought them together."""

        BASKET = "basket", _("Bought together")
        CUSTOMER = "customer", _("Bought by the same people")

    MOST_PER_PRODUCT: ClassVar[int] = 20

    kind = models.CharField(max_length=10, choices=Kind)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="pairs")
    other = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()

    class Meta:
        verbose_name = _("product pair")
        verbose_name_plural = _("product pairs")
        ordering = ("product", "kind", "-score")
        constraints = (
            models.UniqueConstraint(fields=["kind", "product", "other"], name="catalog_productpair_once"),
            models.CheckConstraint(
                condition=~models.Q(product=models.F("other")), name="catalog_productpair_two_products"
            ),
            models.CheckConstraint(
                condition=models.Q(score__gt=0), name="catalog_productpair_score_positive"
            ),
        )
        indexes = (models.Index(fields=["product", "kind", "-score"], name="catalog_productpair_best"),)

    def __str__(self) -> str:
        """Return both products' keys."""
        return f"{self.product_id} + {self.other_id}"
