"""Putting a question set to a system: to Byline itself, or to any callable; what came back as outcomes.

One asker for each thread, a clock around each answer, and an error of one question kept as that question's
outcome. Judging is `rag.evaluation.judging`; keeping what was done in case of a crash is `rag.evaluation.journal`.
"""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from documents.errors import BylineError, RequestError
from index.collection import Collection
from rag.answers import Answer
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.outcomes import Ask, Found, Outcome
from rag.pipeline import Chatbot
from rag.retrieving import SEARCH_DEPTH, Texts
from rag.settings import NO_LLM, Settings

KEPT = 11
"""How many ranks of what was retrieved are kept: the deepest that any metric looks."""

_GROWTH = 4

Asker = Callable[[GoldQuestion], Outcome]
"""Returns what came of one question; used by one thread only."""


def ask_each(
    questions: Sequence[GoldQuestion], make_asker: Callable[[], Asker], workers: int, keep: Callable[[Outcome], None]
) -> Iterator[Outcome]:
    """Yield the outcome of each question as soon as it is there, in no certain order.

    Args:
        questions: What to ask.
        make_asker: Called once in each thread.
        workers: How many questions are asked at once; with 1 no thread is started.
        keep: Given each outcome in the thread that has it, so that nothing done is lost when another one fails.

    Raises:
        RequestError: the system under test returned what is no answer. Whatever else it raises that is no
            BylineError passes, too.
    """
    own = threading.local()

    def work(question: GoldQuestion) -> Outcome:
        if not hasattr(own, "asker"):
            own.asker = make_asker()
        outcome: Outcome = own.asker(question)
        keep(outcome)
        return outcome

    if workers == 1:
        yield from map(work, questions)
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="evaluation")
    try:
        for future in as_completed([pool.submit(work, question) for question in questions]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def answering(settings: Settings, collection: Collection) -> Callable[[], Asker]:
    """Return what makes an asker of Byline's own answers."""

    def make() -> Asker:
        bot = Chatbot(settings, collection=collection)

        def ask(question: GoldQuestion) -> Outcome:
            started = time.perf_counter()
            try:
                exchange = bot.exchange(question.question, history=question.history)
            except BylineError as error:
                return Outcome(question, None, None, error=str(error))
            seconds = time.perf_counter() - started
            return Outcome(question, exchange.answer, _kept(exchange.found, question), seconds)

        return ask

    return make


def retrieving(settings: Settings, collection: Collection) -> Callable[[], Asker]:
    """Return what makes an asker that searches for what an answer would be made from, and answers nothing."""

    def make() -> Asker:
        bot = Chatbot(settings, collection=collection)

        def ask(question: GoldQuestion) -> Outcome:
            def search(depth: int) -> Texts:
                return bot.retrieve(question.question, history=question.history, depth=depth)

            try:
                return Outcome(question, None, ranks(search, question))
            except BylineError as error:
                return Outcome(question, None, None, error=str(error))

        return ask

    return make


def custom(system: Ask) -> Callable[[], Asker]:
    """Return what makes an asker of `system`; with several workers it is called from several threads."""
    with_history = _takes_history(system)

    def ask(question: GoldQuestion) -> Outcome:
        started = time.perf_counter()
        try:
            given = system(question.question, **({"history": question.history} if with_history else {}))
        except BylineError as error:
            return Outcome(question, None, None, error=str(error))
        seconds = time.perf_counter() - started
        return Outcome(question, _answer(given, question), None, seconds)

    return lambda: ask


def ranks(search: Callable[[int], Texts], question: GoldQuestion) -> tuple[Found, ...]:
    """Return the first ranks of what `search` finds for `question` when asked for so many hits.

    A rank is a distinct text. Where articles are graded it is an article, standing where its best passage stands;
    then more and more hits are asked for until there are enough articles.
    """
    depth = SEARCH_DEPTH
    texts = search(depth)
    while question.grades and len(_by_article(texts)) < KEPT:
        depth *= _GROWTH
        more = search(depth)
        if _hits(more) <= _hits(texts):
            break
        texts = more
    return _kept(texts, question)


def make_ready(settings: Settings, collection: Collection) -> None:
    """Load what the first answer would wait for, so that its time is like the others'; asks no language model.

    Raises:
        BylineError: nothing can be answered: the encoder cannot be loaded, the collection cannot be read.
    """
    Chatbot(settings.model_copy(update={"llm": NO_LLM}), collection=collection).ask("Is everything ready?")
    if settings.llm != NO_LLM:
        import rag.generation  # noqa: F401  takes a second the first time


def _kept(texts: Texts, question: GoldQuestion) -> tuple[Found, ...]:
    if question.grades:
        return tuple(_by_article(texts).values())[:KEPT]
    return tuple(Found(tuple(hit.passage for hit in copies), copies[0].score) for copies in texts[:KEPT])


def _by_article(texts: Texts) -> dict[str, Found]:
    best: dict[str, Found] = {}
    for copies in texts:
        for hit in copies:
            best.setdefault(hit.passage.passage.article_id, Found((hit.passage,), hit.score))
    return best


def _hits(texts: Texts) -> int:
    return sum(map(len, texts))


def _takes_history(system: Ask) -> bool:
    try:
        found = inspect.signature(system).parameters.get("history")
    except (TypeError, ValueError):  # some callables of C code have no signature
        return False
    return found is not None and found.kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _answer(given: object, question: GoldQuestion) -> Answer:
    if isinstance(given, Answer):
        return given
    if not isinstance(given, Mapping):
        raise RequestError(
            f"expected ask to return an Answer, or a dict in its JSON form, got {type(given).__name__} {given!r:.80} "
            f"for question {question.id!r}; wrap the system in a function that returns one"
        )
    try:
        return Answer.from_dict(given)
    except RequestError as error:
        raise RequestError(f"question {question.id!r}: {error}") from None
