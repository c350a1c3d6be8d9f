"""What a question set asks of a collection that the collection does not hold: outlets, articles, quotes, documents.

Nothing here refuses a set: a collection may lack an outlet on purpose. Articles are read once, however many
questions there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from itertools import chain
from pathlib import PurePath

from documents.articles import Article
from documents.cleaning import clean
from documents.outlets.registry import OutletRegistry
from index.store import Store
from rag.evaluation.evidence import loose
from rag.evaluation.gold import GoldQuestion, QuestionSet
from rag.evaluation.set_warnings import told

_PIECES = ((12, 6, 7), (8, 5, 4), (5, 4, 2), (2, 2, 1), (1, 1, 1))
"""For quotes of at least so many characters: the length of their anchors, and the step in which a text is looked at."""

_SHOWN = 60


def check_against(questions: QuestionSet, store: Store) -> tuple[str, ...]:
    """Return a sentence for each piece of gold that the collection lacks, naming the question's id.

    Unanswerable questions are passed over: what they name may well be missing.

    Raises:
        StoreError: or one of its kinds, when the articles cannot be read.
    """
    asked = [question for question in questions.questions if question.answerable is not False]
    missing_outlets = _missing_outlets(asked, store)
    names = {loose(name) for question in asked for name in question.articles}
    graded = {loose(name) for question in asked for name, grade in question.grades if grade > 0}
    quotes = {plain for question in asked for quote in question.quotes if (plain := _plain(quote))}
    if names or graded or quotes:
        batches = store.iter_articles()
        first = next(batches, [])
        search = QuoteSearch(quotes, first)
        held: set[str] = set()
        for article in chain(first, chain.from_iterable(batches)):
            held.update(map(loose, names_of(article)))
            search.look_into(article.text)
        names, graded, quotes = names - held, graded - held, search.missing
    return (
        *missing_outlets,
        *told("no article of the collection is", _cases(asked, "articles", loose, names)),
        *told("no article of the collection holds the quote", _cases(asked, "quotes", _plain, quotes)),
        *_missing_documents(asked, graded),
    )


def names_of(article: Article) -> Iterator[str]:
    """Yield what a question set may call this article: its id, URL, title, and the names of the files it stands in."""
    yield article.id
    yield from filter(None, (article.url, article.title))
    yield from (PurePath(path).name for path in article.paths)


class QuoteSearch:
    """Finds which of many quotes stand in no article, each article looked into once; only white space may differ.

    A text is searched only for the quotes of which it has an anchor. The anchor of most is one of their inner
    words, which a text that holds the quote has as whole words too: the one that is rarest in a sample of
    articles. A quote without an inner word, such as one in Chinese, has the beginnings of its first few
    characters for anchors, so many of them that one is met by looking at every so-many-th place of a text.
    """

    def __init__(self, quotes: Iterable[str], sample: Iterable[Article]) -> None:
        common = Counter(word for article in sample for word in set(article.text.split()))
        self.missing = set(quotes)
        """The quotes that no text so far holds."""
        self._words: dict[str, set[str]] = {}
        self._pieces: dict[tuple[int, int], dict[str, set[str]]] = {}  # (length, step) -> piece -> quotes
        for quote in self.missing:
            inner = quote.split(" ")[1:-1]
            if inner:
                anchor = min(inner, key=lambda word: (common[word], -len(word), word))
                self._words.setdefault(anchor, set()).add(quote)
                continue
            length, step = next((n, k) for least, n, k in _PIECES if len(quote) >= least)
            table = self._pieces.setdefault((length, step), {})
            for at in range(step):
                table.setdefault(quote[at : at + length], set()).add(quote)

    def look_into(self, text: str) -> None:
        """Strike out the quotes that `text` holds."""
        if not self.missing:
            return
        words = text.split()
        plain = " ".join(words)
        self._strike(self._words, set(words), plain)
        for (length, step), table in self._pieces.items():
            self._strike(table, {plain[at : at + length] for at in range(0, len(plain), step)}, plain)

    def _strike(self, table: dict[str, set[str]], anchors: set[str], text: str) -> None:
        for anchor in table.keys() & anchors:
            waiting = table[anchor]
            found = [quote for quote in waiting if quote not in self.missing or quote in text]
            if found:
                self.missing.difference_update(found)
                waiting.difference_update(found)
                if not waiting:
                    del table[anchor]


def _plain(quote: str) -> str:
    """Return `quote` as it stands in a text whose white space is single spaces."""
    return " ".join(clean(quote).split())


def _missing_outlets(asked: Iterable[GoldQuestion], store: Store) -> list[str]:
    names = store.outlet_names()
    registry = OutletRegistry.load(names)
    held = {registry.canonical(name) for name in names}
    lacking = [
        (f"question {question.id}", f" {name!r:.{_SHOWN}}")
        for question in asked
        for name in question.outlets
        if registry.canonical(name) not in held
    ]
    return told("the collection has no outlet", lacking)


def _cases(
    asked: Iterable[GoldQuestion], key: str, plain: Callable[[str], str], missing: Set[str]
) -> Iterator[tuple[str, str]]:
    """Yield the place and detail of each gold text that is missing."""
    for question in asked:
        for text in getattr(question, key):
            if plain(text) in missing:
                yield f"question {question.id}", f" {text!r:.{_SHOWN}}"


def _missing_documents(asked: Iterable[GoldQuestion], missing: Set[str]) -> list[str]:
    """Return one sentence: a collection often holds a part of what was judged."""
    documents = dict.fromkeys(name for question in asked for name, grade in question.grades if grade > 0)
    lacking = [name for name in documents if loose(name) in missing]
    if not lacking:
        return []
    return [
        f"the collection has no article for {len(lacking)} of {len(documents)} relevant documents of the qrels, "
        f"such as {lacking[0]!r:.{_SHOWN}}"
    ]
