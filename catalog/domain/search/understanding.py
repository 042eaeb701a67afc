"""What a search term means: its words, what else they find, and what was probably meant by a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from catalog.domain.search.rules import LONGEST_PHRASE, Phrase, SearchRules
from catalog.domain.search.vectors import fold_code, quote_lexeme
from catalog.domain.search.words import (
    LONGEST_LEXEME,
    cut_chinese,
    fold_words,
    is_chinese,
    list_parts,
    split_runs,
    stem_word,
)

MOST_WORDS = 8
# People search for that many; more are put together to be read.
MOST_PLAIN = 4
MOST_SYNONYMS = 12
SHORTEST_CODE = 4
SHORTEST_PART = 3
# A Latin word says as much as a Chinese one of two characters.
LATIN_WEIGHT = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryWord:
    """A word of a term as the index has it."""

    typed: str
    lexeme: str

    @property
    def is_chinese(self) -> bool:
        """Return whether it is written in Chinese characters."""
        return is_chinese(self.lexeme)

    @property
    def is_number(self) -> bool:
        """Return whether it is a size or an article number, which the vocabulary does not hold."""
        return not self.lexeme.isalpha()


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownWord:
    """What the vocabulary says about a lexeme: itself, longer ones, ones that hold it, ones that look like it."""

    is_exact: bool = False
    completions: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    # The most frequent first.
    lookalikes: tuple[str, ...] = ()
    # In how many documents it and its completions stand, as far as the vocabulary counts; 0 for not known.
    quantity: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WordGroup:
    """Words that are looked for as one: `exact` says the same, `loose` is less sure; both are tsquery expressions."""

    words: tuple[QueryWord, ...]
    exact: tuple[str, ...]
    loose: tuple[str, ...] = ()
    correction: str = ""
    is_unknown: bool = False
    # At most so many documents have it; None where nobody counted.
    most_matches: int | None = None

    @property
    def weight(self) -> int:
        """Return how much of what was typed it is: Chinese counts by its characters."""
        return sum(len(word.lexeme) if word.is_chinese else LATIN_WEIGHT for word in self.words)

    @property
    def is_lone(self) -> bool:
        """Return whether it is a single Chinese character, which nearly every text has somewhere."""
        return self.weight == 1

    @property
    def expression(self) -> str:
        """Return a tsquery that any of them satisfies."""
        return _any_of(dict.fromkeys([*self.exact, *self.loose]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Understood:
    """A term as it is looked for."""

    term: str
    groups: tuple[WordGroup, ...] = ()
    ignored: tuple[str, ...] = ()
    # The whole term as an article number.
    code: str = ""
    # Nothing but a few words of the catalogue: such a term may be printed where everybody finds it.
    is_plain: bool = False

    @property
    def is_hopeless(self) -> bool:
        """Return whether some word is unknown, so that nothing has all of them."""
        return not self.code and any(group.is_unknown for group in self.groups)

    @property
    def most_matches(self) -> int | None:
        """Return how many documents have every word at most, as the rarest of them says; None where nobody counted."""
        counted = [group.most_matches for group in self.groups if group.most_matches is not None]
        return min(counted) if counted and not self.code else None

    @property
    def strict(self) -> str:
        """Return a tsquery that wants every word."""
        return _any_of(filter(None, (self.code, " & ".join(group.expression for group in self.groups))))

    @property
    def lenient(self) -> str:
        """Return a tsquery that is content with one known word; empty when there is none.

        Lone characters say too little: of them there must be more than half of what was typed.
        """
        known = [group for group in self.groups if not group.is_unknown]
        lone = [group.expression for group in known if group.is_lone]
        fewest = self.weight // 2 + 1
        together = (_all_of(chosen) for chosen in combinations(lone, fewest))
        return _any_of([*(group.expression for group in known if not group.is_lone), *together])

    @property
    def weight(self) -> int:
        """Return how much was typed, as its groups count it."""
        return sum(group.weight for group in self.groups)

    @property
    def exact(self) -> str:
        """Return a tsquery of what was typed or means the same, for ranking."""
        return _any_of([part for group in self.groups for part in group.exact])

    @property
    def correction(self) -> str:
        """Return the term with its mistyped words replaced; empty when none was."""
        if not any(group.correction for group in self.groups):
            return ""
        words = [group.correction or " ".join(word.typed for word in group.words) for group in self.groups]
        return " ".join(words)


def list_query_words(term: str, *, stop_words: frozenset[str]) -> tuple[list[QueryWord], tuple[str, ...]]:
    """Return the words of a term, and those left out because they say nothing; never leaves all out."""
    words = [
        QueryWord(typed=typed, lexeme=stem_word(typed)[:LONGEST_LEXEME])
        for run in split_runs(term)
        for typed in (cut_chinese(run) if is_chinese(run) else [run])
    ]
    telling = [word for word in words if word.lexeme not in stop_words]
    if not telling:
        return words[:MOST_WORDS], ()
    ignored = tuple(word.typed for word in words if word.lexeme in stop_words)
    return telling[:MOST_WORDS], ignored


def list_lookups(words: Sequence[QueryWord]) -> list[str]:
    """Return the lexemes that the vocabulary is asked for: the words, and neighbours written as one ("tea pot")."""
    joined = [first.typed + second.lexeme for first, second in pairwise(words) if _is_latin(first, second)]
    return list(dict.fromkeys([*(word.lexeme for word in words if not word.is_number), *joined]))


def understand_term(
    term: str,
    words: Sequence[QueryWord],
    *,
    ignored: tuple[str, ...] = (),
    vocabulary: Mapping[str, KnownWord],
    rules: SearchRules,
) -> Understood:
    """Return how a term is looked for. Pure: `vocabulary` holds the answers to list_lookups."""
    groups: list[WordGroup] = []
    index = 0
    while index < len(words):
        size, also = _find_synonyms(words[index:], rules, vocabulary)
        part = tuple(words[index : index + size])
        is_last = index + size == len(words)
        groups.append(_build_group(part, also, vocabulary, is_last=is_last))
        index += size
    return Understood(
        term=fold_words(term),
        groups=tuple(groups),
        ignored=ignored,
        code=_build_code(term),
        is_plain=_is_plain(term, words, vocabulary),
    )


def count_edits(first: str, second: str) -> int:
    """Return the optimal string alignment distance: letters changed, added, left out, or swapped with the next."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, char in enumerate(first, start=1):
        older, before, row = before, row, [i]
        for j, other in enumerate(second, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == second[j - 2] and first[i - 2] == other:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]


def pick_correction(lexeme: str, lookalikes: Sequence[str]) -> str:
    """Return the word that was probably meant: the fewest edits, the most frequent among equals; or nothing."""
    allowed = 1 if len(lexeme) <= 4 else 2 if len(lexeme) <= 8 else 3  # noqa: PLR2004  what a typing finger misses
    edits = [(count_edits(lexeme, word), word) for word in lookalikes]
    fitting = [entry for entry in edits if entry[0] <= allowed]
    return min(fitting, key=lambda entry: entry[0])[1] if fitting else ""


def _is_plain(term: str, words: Sequence[QueryWord], vocabulary: Mapping[str, KnownWord]) -> bool:
    """Return whether a term is words of the catalogue, each once, without a sign, a number or a word left out."""
    folded = fold_words(term)
    return (
        term.casefold() == folded
        and folded.replace(" ", "") == "".join(word.typed for word in words)
        and len(words) == len({word.lexeme for word in words}) <= MOST_PLAIN
        and all(vocabulary.get(word.lexeme, KnownWord()).is_exact for word in words)
    )


def _find_synonyms(
    words: Sequence[QueryWord], rules: SearchRules, vocabulary: Mapping[str, KnownWord]
) -> tuple[int, list[Phrase]]:
    """Return how many of the first words are looked for as one, and the phrases that mean the same."""
    for size in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        also = rules.synonyms.get(tuple(word.lexeme for word in words[:size]))
        if also:
            return size, list(also[:MOST_SYNONYMS])
    if len(words) > 1 and _is_latin(*words[:2]):
        joined = words[0].typed + words[1].lexeme
        if vocabulary.get(joined, KnownWord()).is_exact:
            return 2, [(joined,)]
    return 1, []


def _build_group(
    words: tuple[QueryWord, ...], also: list[Phrase], vocabulary: Mapping[str, KnownWord], *, is_last: bool
) -> WordGroup:
    known = [vocabulary.get(word.lexeme, KnownWord()) for word in words]
    exact = [_all_of(_write_word(word, entry) for word, entry in zip(words, known, strict=True))]
    exact += [_all_of(quote_lexeme(lexeme) for lexeme in phrase) for phrase in also]
    word, entry = words[0], known[0]
    if len(words) > 1 or word.is_number:
        return WordGroup(words=words, exact=tuple(exact))
    if entry.is_exact or entry.completions or also or word.is_chinese:
        longer = entry.completions if is_last or not entry.is_exact else ()
        # Synonyms, and the parts of a Chinese word, stand in documents that nobody counted here.
        is_counted = entry.quantity > 0 and not also and not word.is_chinese
        return WordGroup(
            words=words,
            exact=tuple(exact),
            loose=tuple(map(quote_lexeme, longer)),
            most_matches=entry.quantity if is_counted else None,
        )
    if entry.holders:
        return WordGroup(words=words, exact=tuple(exact), loose=tuple(map(quote_lexeme, entry.holders)))
    meant = pick_correction(word.lexeme, entry.lookalikes)
    loose = (quote_lexeme(meant),) if meant else ()
    return WordGroup(words=words, exact=tuple(exact), loose=loose, correction=meant, is_unknown=not meant)


def _write_word(word: QueryWord, known: KnownWord) -> str:
    """Return the tsquery of one word; Chinese that no document is cut into is looked for by its characters."""
    lexeme = quote_lexeme(word.lexeme)
    if word.is_number:
        return _any_of([lexeme, *([f"{lexeme}:*"] if len(word.lexeme) >= SHORTEST_PART else [])])
    if not word.is_chinese or len(word.lexeme) == 1:
        return lexeme
    ways = [lexeme]
    if len(word.lexeme) >= SHORTEST_PART:
        ways.append(_all_of(quote_lexeme(part) for part in list_parts(word.lexeme)))
    if not known.is_exact:
        ways.append(f"({' <-> '.join(quote_lexeme(char) for char in word.lexeme)})")
    return _any_of(ways)


def _build_code(term: str) -> str:
    code = fold_code(term)
    has_sign = any(char.isdigit() or char in "-_/." for char in code)
    if " " in term.strip() or not has_sign or is_chinese(code):
        return ""
    return f"{quote_lexeme(code)}:*" if len(code) >= SHORTEST_CODE else quote_lexeme(code)


def _is_latin(*words: QueryWord) -> bool:
    return not any(word.is_chinese or word.is_number for word in words)


def _any_of(parts: Iterable[str]) -> str:
    return _join(parts, " | ")


def _all_of(parts: Iterable[str]) -> str:
    return _join(parts, " & ")


def _join(parts: Iterable[str], sign: str) -> str:
    found = list(parts)
    return found[0] if len(found) == 1 else f"({sign.join(found)})" if found else ""
