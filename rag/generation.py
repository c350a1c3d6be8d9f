"""Asking a language model: its reply as it arrives, unchecked, and the tokens it took.

The only module that imports llama-index's model classes. A model is any server that speaks the
OpenAI chat protocol; no other host is ever contacted, redirects are not followed, and whatever goes wrong
(no server, no answer in time, an error, a reply cut off, endless or empty) is one `GenerationModelError`
within the time limit. Prompts are `rag.prompts`; answers that were checked are `rag.generated`.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from documents.errors import GenerationModelError, SettingsError
from rag.answers import Usage
from rag.citations import Evidence
from rag.connection import open_connection
from rag.prompts import earlier_turns, system_prompt, user_prompt

if TYPE_CHECKING:
    import httpx
    from llama_index.core.base.llms.types import ChatMessage
    from llama_index.llms.openai_like import OpenAILike

    from rag.settings import Settings

DEFAULT_TIMEOUT_S = 60.0
DEFAULT_MAX_TOKENS = 800

CONTEXT_TOKENS = 32_000
"""Stated to llama-index so that it never looks a model up; Byline keeps its prompts far below."""

_KEY_VARIABLES = ("BYLINE_LLM_KEY", "OPENAI_API_KEY")
_BYTES_PER_TOKEN = 1000
_CHARACTERS_PER_TOKEN = 10
_MIN_BYTES = 1_000_000
_MIN_CHARACTERS = 20_000
_RETRIES = 0
"""A server that fails is not waited for: the extractive answer is there at once."""

_NOT_UNDERSTOOD = (400, 422)
"""HTTP statuses of a server that may only be refusing to count tokens, and is asked once more without that."""


class LanguageModel:
    """A language model behind an OpenAI-compatible address.

    Attributes:
        counts: Whether its server is asked to count tokens; False once it turned out to refuse that.

    Args:
        spec: ``MODEL@BASE_URL``, such as ``llama3.2@http://127.0.0.1:11434/v1``.
        key: Its key; from BYLINE_LLM_KEY, else OPENAI_API_KEY, when None.
        timeout_s: Seconds that a whole answer may take.
        max_tokens: Longest answer.

    Raises:
        SettingsError: `spec` is not of that form.
    """

    def __init__(
        self,
        spec: str,
        *,
        key: str | None = None,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        max_tokens: int = DEFAULT_MAX_TOKENS,
    ) -> None:
        model, at, rest = spec.partition("@http")
        self.name = model.strip()
        self.base_url = "http" + rest.strip()
        if not (self.name and at and urlsplit(self.base_url).hostname):
            raise SettingsError(f"expected MODEL@BASE_URL such as llama3.2@http://127.0.0.1:11434/v1, got {spec!r}")
        self.timeout_s = timeout_s
        self.max_tokens = max_tokens
        self.counts = True
        self._key = key or next((os.environ[v] for v in _KEY_VARIABLES if os.environ.get(v)), "none")

    @classmethod
    def from_settings(cls, settings: Settings) -> LanguageModel:
        """Return the model that the settings name.

        Raises:
            SettingsError: they name none.
        """
        key = settings.llm_key.get_secret_value() if settings.llm_key else None
        return cls(settings.llm, key=key, timeout_s=settings.llm_timeout_s, max_tokens=settings.llm_max_tokens)

    def answer(self, question: str, evidence: Evidence, history: Sequence[tuple[str, str]] = ()) -> Reply:
        """Return the model's reply as it arrives, unchecked plain text.

        Args:
            question: The question as it stands alone.
            evidence: The passages to answer from.
            history: Earlier turns as (question, answer), oldest first.
        """
        return self.chat(system_prompt(), user_prompt(question, evidence.items()), earlier_turns(history))

    def chat(self, system: str, user: str, turns: Sequence[tuple[str, str]] = ()) -> Reply:
        """Return the model's reply to `user` under the rules in `system`, as it arrives, unchecked plain text.

        Args:
            system: What it is told first.
            user: What it is told last.
            turns: What was said between them: (user, model), oldest first.
        """
        import llama_index.llms.openai_like  # noqa: F401  loaded here, so that the time limit is the server's alone
        from llama_index.core.base.llms.types import ChatMessage, MessageRole

        messages = [ChatMessage(role=MessageRole.SYSTEM, content=system)]
        for asked, answered in turns:
            messages.append(ChatMessage(role=MessageRole.USER, content=asked))
            messages.append(ChatMessage(role=MessageRole.ASSISTANT, content=answered))
        messages.append(ChatMessage(role=MessageRole.USER, content=user))
        return Reply(self, messages)

    def client(self, *, timeout_s: float, counting: bool) -> tuple[OpenAILike, httpx.Client]:
        """Return a fresh llama-index model and the connection it uses, which the caller closes.

        Args:
            timeout_s: Seconds that the server may be silent.
            counting: Whether the server is asked to count tokens.
        """
        from llama_index.llms.openai_like import OpenAILike

        limit = max(_MIN_BYTES, self.max_tokens * _BYTES_PER_TOKEN)
        connection = open_connection(self.base_url, timeout_s=timeout_s, max_bytes=limit)
        llm = OpenAILike(
            model=self.name,
            api_base=self.base_url,
            api_key=self._key,
            is_chat_model=True,
            is_function_calling_model=False,
            context_window=CONTEXT_TOKENS,
            max_tokens=self.max_tokens,
            temperature=0.0,
            timeout=timeout_s,
            max_retries=_RETRIES,
            http_client=connection,
            additional_kwargs={"stream_options": {"include_usage": True}} if counting else {},
        )
        return llm, connection


class Reply(Iterator[str]):
    """A reply as it arrives: iterate over its pieces, then look at `cut_short` and `usage`.

    The model is asked in a thread of its own, so that the time limit holds whatever the network does.

    Attributes:
        cut_short: True when the model stopped because the reply became too long; known at the end.
        usage: The tokens read and written, known at the end; None when the server did not count them.

    Raises:
        GenerationModelError: while iterating: no complete reply within the limits.
    """

    def __init__(self, model: LanguageModel, messages: Sequence[ChatMessage]) -> None:
        self.cut_short = False
        self.usage: Usage | None = None
        self._model = model
        self._messages = list(messages)
        self._deadline = time.monotonic() + model.timeout_s
        self._pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._finish: str | None = None
        self._error: GenerationModelError | None = None
        self._received = 0
        self._connection: httpx.Client | None = None
        threading.Thread(target=self._ask, name="byline-llm", daemon=True).start()

    def __iter__(self) -> Reply:
        return self

    def __next__(self) -> str:
        left = self._deadline - time.monotonic()
        try:
            piece = self._pieces.get(timeout=max(0.0, left)) if left > 0 else self._pieces.get_nowait()
        except queue.Empty:
            piece, left = "", 0.0
        if piece and left > 0:
            self._received += len(piece)
            if self._received > max(_MIN_CHARACTERS, self._model.max_tokens * _CHARACTERS_PER_TOKEN):
                raise self._failed("a reply without end")
            return piece
        self.close()
        if piece is not None or left <= 0:
            raise self._failed(f"no complete reply in {self._model.timeout_s:g} s")
        if self._error is not None:
            raise self._error
        if self._finish is None:
            raise self._failed("a reply that broke off")
        if not self._received:
            raise self._failed("an empty reply")
        self.cut_short = self._finish == "length"
        raise StopIteration

    def close(self) -> None:
        """Stop listening and hang up; harmless when the reply is at its end."""
        self._stopped.set()
        if self._connection is not None:
            self._connection.close()

    def _failed(self, got: str) -> GenerationModelError:
        self.close()
        host = urlsplit(self._model.base_url).netloc.rpartition("@")[2]
        return GenerationModelError(
            f"expected an answer of {self._model.name!r} at {host}, got {got}; check that server or use --llm none"
        )

    def _ask(self) -> None:
        """Put the pieces of the reply into the queue, and None behind the last one, whatever happens."""
        import httpx
        import openai

        try:
            counting = self._model.counts
            try:
                self._listen(counting)
            except openai.APIStatusError as error:
                if not counting or error.status_code not in _NOT_UNDERSTOOD or self._stopped.is_set():
                    raise
                self._listen(counting=False)
                self._model.counts = False
        except GenerationModelError as error:
            self._error = self._failed(str(error))
        except openai.APIStatusError as error:
            self._error = self._failed(f"HTTP status {error.status_code}")
        except openai.APITimeoutError:
            self._error = self._failed(f"no complete reply in {self._model.timeout_s:g} s")
        except openai.APIConnectionError as error:
            ours = isinstance(error.__cause__, GenerationModelError)
            self._error = self._failed(str(error.__cause__) if ours else "no connection")
        except (openai.OpenAIError, httpx.HTTPError, OSError) as error:
            self._error = self._failed(f"a reply that broke off ({type(error).__name__})")
        except (ValueError, TypeError, AttributeError, LookupError, RuntimeError) as error:
            self._error = self._failed(f"something that is no chat reply ({type(error).__name__})")
        finally:
            self._pieces.put(None)
            if self._connection is not None:
                self._connection.close()

    def _listen(self, counting: bool) -> None:
        """Put the pieces of one reply into the queue; anything may be raised."""
        left = max(0.01, self._deadline - time.monotonic())
        if self._connection is not None:
            self._connection.close()
        llm, self._connection = self._model.client(timeout_s=left, counting=counting)
        for response in llm.stream_chat(self._messages):
            if self._stopped.is_set():
                return
            choices = getattr(response.raw, "choices", None) or ()
            self._finish = next((c.finish_reason for c in choices if c.finish_reason), self._finish)
            self.usage = _usage(response.raw) or self.usage
            if response.delta:
                self._pieces.put(response.delta)


def _usage(chunk: object) -> Usage | None:
    """Return the tokens that a server says it counted, or None where what it says is no count."""
    said = getattr(chunk, "usage", None)
    counts = [getattr(said, name, None) for name in ("prompt_tokens", "completion_tokens")]
    tokens = [count for count in counts if type(count) is int and count >= 0]
    return Usage(*tokens) if len(tokens) == len(counts) else None
