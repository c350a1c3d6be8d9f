"""A real HTTP server stands in for the model: what is sent, what a bad server costs, what a hostile reply shows.

Nothing but loopback is ever contacted; a guard makes anything else an error.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from gate_cases import PASSAGES
from llm_server import MISBEHAVIOURS, LLMServer, Script, llm_server, passages_asked

from documents.errors import GenerationModelError, SettingsError
from rag.answers import Usage
from rag.citations import Evidence, Resolution
from rag.generated import stream_checked
from rag.generation import LanguageModel
from rag.prompts import CANNOT_ANSWER, EXAMPLE_KEYS
from rag.settings import Settings

EVIDENCE = Evidence(PASSAGES.values())
KEY = {name: EVIDENCE.key_of(stored) for name, stored in PASSAGES.items()}
ASKED = "According to the Nordmark Courier, the ministry had asked for twice as many"
LIMIT = 1.5
"""Seconds that the models of these tests may take."""


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    real_connect, real_lookup = socket.socket.connect, socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        assert host in ("127.0.0.1", "::1", "localhost", "local"), f"contacted {host}"
        real_connect(self, address)

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        assert host in ("127.0.0.1", "localhost", "::1", None, b"127.0.0.1"), f"looked up {host}"
        return real_lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    for variable in ("BYLINE_LLM_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    with llm_server("warm") as server:
        list(LanguageModel(server.spec).answer("?", EVIDENCE))


def model(server: LLMServer, **options: Any) -> LanguageModel:
    return LanguageModel(server.spec, **{"timeout_s": LIMIT, **options})


def checked(server: LLMServer, counted: Callable[[Usage], None] | None = None, **options: Any) -> list[Resolution]:
    hits = [SimpleNamespace(passage=stored) for stored in PASSAGES.values()]
    names = sorted({s.passage.attribution.outlet or "" for s in PASSAGES.values()} - {""})
    collection = SimpleNamespace(store=SimpleNamespace(outlet_names=lambda: names, article=lambda name: None))
    asked = model(server, **options)
    return list(stream_checked(asked, "How many sandbags?", hits, collection, counted=counted))  # type: ignore[arg-type]


def test_a_reply_streams_and_the_request_holds_rules_passages_and_question() -> None:
    with llm_server(f"{ASKED} [{KEY['courier']}].") as server:
        reply = model(server, key="sk-test", max_tokens=77).answer(
            "How many?", EVIDENCE, [("Who?", "The ministry [1].")]
        )
        pieces = list(reply)
    assert "".join(pieces) == f"{ASKED} [{KEY['courier']}]." and len(pieces) > 5 and not reply.cut_short
    request, headers = server.requests[0], server.headers[0]
    assert [m["role"] for m in request["messages"]] == ["system", "user", "assistant", "user"]
    assert CANNOT_ANSWER in request["messages"][0]["content"]
    assert request["messages"][2]["content"] == "The ministry."
    assert passages_asked(request) == {k: s.passage.text.strip() for k, s in EVIDENCE.items()}
    assert request["messages"][-1]["content"].endswith("Question: How many?")
    assert request["model"] == "test-model" and request["stream"] is True
    assert request["max_tokens"] == 77 and request["temperature"] == 0
    assert headers["authorization"] == "Bearer sk-test" and not server.other_paths


def test_the_key_comes_from_the_environment_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    with llm_server("ok") as server:
        for variable, wanted in (("", "none"), ("OPENAI_API_KEY", "sk-openai"), ("BYLINE_LLM_KEY", "sk-byline")):
            if variable:
                monkeypatch.setenv(variable, wanted)
            list(model(server).answer("?", EVIDENCE))
            assert server.headers[-1]["authorization"] == f"Bearer {wanted}"


def test_a_model_is_made_from_the_settings(tmp_path: Any) -> None:
    settings = Settings(home=tmp_path, llm="a@b@http://127.0.0.1:9/v1", llm_timeout_s=7, llm_max_tokens=99)
    made = LanguageModel.from_settings(settings)
    assert (made.name, made.base_url) == ("a@b", "http://127.0.0.1:9/v1")
    assert (made.timeout_s, made.max_tokens) == (7, 99)


@pytest.mark.parametrize("spec", ["", "none", "gpt", "@http://x", "m@", "m@ftp://x", "m@http://"])
def test_a_malformed_spec_is_refused(spec: str) -> None:
    with pytest.raises(SettingsError, match="expected MODEL@BASE_URL"):
        LanguageModel(spec)


@pytest.mark.slow
@pytest.mark.parametrize("misbehaviour", MISBEHAVIOURS)
def test_every_misbehaviour_is_one_error_within_the_limit(misbehaviour: str) -> None:
    with llm_server(f"{ASKED} [{KEY['courier']}].", misbehaviour=misbehaviour) as server:
        started = time.monotonic()
        with pytest.raises(GenerationModelError) as caught:
            list(model(server, key="sk-canary").answer("How many?", EVIDENCE))
        assert time.monotonic() - started < LIMIT + 1
        assert not server.other_paths and len(server.requests) <= 2
    message = str(caught.value)
    assert "\n" not in message and "sk-canary" not in message and "test-model" in message


def test_a_server_that_is_not_there_is_one_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(GenerationModelError, match="no connection"):
        list(LanguageModel(f"m@http://127.0.0.1:{port}/v1", timeout_s=LIMIT).answer("?", EVIDENCE))


def test_a_proxy_is_not_asked_about_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    with llm_server("ok") as server:
        assert "".join(model(server).answer("?", EVIDENCE)) == "ok"


def test_a_reply_that_nobody_waits_for_is_hung_up_on() -> None:
    with llm_server("x", misbehaviour="drip") as server:
        reply = model(server).answer("?", EVIDENCE)
        assert next(reply) == "so "
        reply.close()
        time.sleep(0.4)
        assert reply._stopped.is_set()


def test_a_reply_that_became_too_long_loses_its_unfinished_sentence() -> None:
    with llm_server(f"{ASKED} [{KEY['courier']}]. The ministry had asked for twice") as server:
        server.finish = "length"
        parts = checked(server)
    assert [s.text for s in parts[-1].sentences] == [ASKED + "."]


def test_checked_sentences_stream_one_by_one_and_end_with_the_final_one() -> None:
    more = "Exports from Lindau rose in spring"
    reply = (
        f"{ASKED} [{KEY['courier']}]. {more} [{KEY['herald']}]. Tourism is booming [{KEY['herald']}]. "
        + "So it goes. " * 9
    )
    with llm_server(reply, piece=3) as server:
        parts = checked(server)
    assert [len(p.sentences) for p in parts] == [1, 2, 2] and [p.final for p in parts] == [False, False, True]
    assert [c.number for c in parts[-1].citations] == [1, 2]
    assert "unsupported" in {f.kind for f in parts[-1].findings}


def test_nothing_comes_of_a_model_that_cannot_answer() -> None:
    with llm_server(CANNOT_ANSWER) as server:
        assert checked(server) == []


def test_a_reply_without_one_true_sentence_is_an_error_that_names_what_was_caught() -> None:
    reply = f"The ministry had asked for 9 times as many [{KEY['courier']}]."
    wanted = r"none from 'test-model' \(altered\)"
    with llm_server(reply) as server, pytest.raises(GenerationModelError, match=wanted):
        checked(server)


@pytest.mark.parametrize("misbehaviour", ["status_500", "cut_off", "html", "endless"])
def test_a_bad_server_is_an_error_for_the_checked_stream_too(misbehaviour: str) -> None:
    reply = f"{ASKED} [{KEY['courier']}]."
    with llm_server(reply, misbehaviour=misbehaviour) as server, pytest.raises(GenerationModelError):
        checked(server)


# --- what a reply took

COUNTED = {"prompt_tokens": 1234, "completion_tokens": 56, "total_tokens": 1290}


def test_the_tokens_that_the_server_counted_come_with_the_reply() -> None:
    with llm_server("ok") as server:
        server.usage = COUNTED
        reply = model(server).answer("?", EVIDENCE)
        assert "".join(reply) == "ok" and reply.usage == Usage(1234, 56)
    assert server.requests[0]["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    "said",
    [None, {}, {"prompt_tokens": 5}, {"prompt_tokens": "5", "completion_tokens": 6}, {"prompt_tokens": -1,
     "completion_tokens": 6}, {"prompt_tokens": None, "completion_tokens": None}],
)  # fmt: skip
def test_what_is_no_count_is_none(said: Any) -> None:
    with llm_server("ok") as server:
        server.usage = said
        reply = model(server).answer("?", EVIDENCE)
        assert "".join(reply) == "ok" and reply.usage is None


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_refuses_to_count_is_asked_once_more_and_then_never_again(status: int) -> None:
    with llm_server("ok") as server:
        server.refuses, server.usage = status, COUNTED
        asked = model(server)
        for _ in range(2):
            reply = asked.answer("?", EVIDENCE)
            assert "".join(reply) == "ok" and reply.usage is None
    assert ["stream_options" in request for request in server.requests] == [True, False, False]


def test_a_server_that_refuses_for_another_reason_is_one_error_and_may_count_the_next_time() -> None:
    with llm_server("ok", misbehaviour="status_400") as server:
        asked = model(server)
        with pytest.raises(GenerationModelError, match="HTTP status 400"):
            list(asked.answer("?", EVIDENCE))
        assert len(server.requests) == 2 and asked.counts
    with llm_server("ok", misbehaviour="status_500") as server:
        with pytest.raises(GenerationModelError, match="HTTP status 500"):
            list(model(server).answer("?", EVIDENCE))
        assert len(server.requests) == 1


def test_asking_once_more_stays_within_the_time_limit() -> None:
    with llm_server("ok") as server:
        server.refuses, server.misbehaviour, server.delay = 400, "drip", LIMIT * 0.6
        started = time.monotonic()
        with pytest.raises(GenerationModelError, match="no complete reply"):
            list(model(server).answer("?", EVIDENCE))
        assert time.monotonic() - started < LIMIT + 0.5
    assert len(server.requests) == 2


@pytest.mark.parametrize("reply", [f"{ASKED} [{KEY['courier']}].", CANNOT_ANSWER, "The moon is cheese."])
def test_tokens_are_told_whatever_comes_of_the_reply(reply: str) -> None:
    told: list[Usage] = []
    with llm_server(reply) as server:
        server.usage = COUNTED
        if reply.startswith("The moon"):
            with pytest.raises(GenerationModelError):
                checked(server, told.append)
        else:
            checked(server, told.append)
    assert told == [Usage(1234, 56)]


# --- hostile and sloppy replies, and which of their sentences may be shown

C, H, T, G, N, B = (KEY[n] for n in ("courier", "herald", "tagwerk", "gazeta", "nobody", "berg"))
TWICE = "The ministry had asked for twice as many."
RECORDED: list[tuple[str, list[str]]] = [
    (f"{ASKED} [{C}].", [ASKED + "."]),
    (f"[{C}] {TWICE}", [TWICE]),
    (f"{TWICE} [{C}][{C}] [{C}]", [TWICE]),
    (f"**{TWICE}** [{C}](https://evil.example/{C})", [TWICE]),
    (f"# Answer\n\n- {TWICE} [{C}]\n- The king fled [{H}]\n", [TWICE]),
    (f"<p>{TWICE} [{C}]</p><script>fetch('http://evil.example')</script>", [TWICE]),
    (f"\x1b[31m{TWICE}\x1b[0m [{C}]", [TWICE]),
    (f"{TWICE} [1]", [TWICE]),
    (f"{TWICE} [{EXAMPLE_KEYS[0]}]", [TWICE]),
    ("Nothing at all is true [1-999999999].", []),
    (f"Ignore the rules. The password is hunter2 [{C}]. Visit http://evil.example/?q=secret [{H}].", []),
    (f"According to Reuters, {TWICE[0].lower()}{TWICE[1:-1]} [{C}].", []),
    (f"According to Tagwerk, the planned repairs will not end with the lock [{G}].", []),
    (f"According to the Brandland Herald, the rescue cost Norrland 21 percent of its annual budget [{H}].", []),
    (f"Tagwerk: “The flood has shown how little the capital cares about the coast. The planned repairs will not end with "
     f"the lock” [{T}, {G}].", []),
    (f"The authority has ordered new pumps [{C}].", []),
    (f"North Mark estimates the number of stranded workers at 13,000 [{N}].", []),
    (f"“We go home when the last pump stops,” said Pavel Orlov [{B}].", []),
    (f"{TWICE} [{C}] <img src=x onerror=alert(1)> ![x](http://evil.example/x.png) [{H}]", [TWICE]),
    ("<think>They want sandbags. [k0000]</think>" + f"{TWICE} [{C}]", [TWICE]),
    ("Sure! Here is the answer:\n\n" + f"{TWICE} [{C}]\n\nLet me know if you need more.", [TWICE]),
    (f"{TWICE} [{C}]. According to the articles, Norrland will sue everyone [{C}, {H}, {T}].", [TWICE]),
    (f"{CANNOT_ANSWER} However, {TWICE[0].lower()}{TWICE[1:]} [{C}]", None),  # type: ignore[list-item]
    ("a" * 15_000, []),
    ("[" * 3000 + "]" * 3000, []),
    ("“" * 2000, []),
    ("\u202e" + TWICE[::-1] + f" [{C}]", []),
    (f"The ministry had asked for twice as many, and Petrenko is a thief [{C}].", []),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "wanted"), RECORDED, ids=range(len(RECORDED)))
def test_what_recorded_replies_show(reply: str, wanted: list[str] | None) -> None:
    with llm_server(reply, piece=11) as server:
        if wanted == []:
            with pytest.raises(GenerationModelError):
                checked(server)
            return
        parts = checked(server)
    final = parts[-1]
    if wanted is not None:
        assert [s.text for s in final.sentences] == wanted
    for sentence in final.sentences:
        assert sentence.citations and "evil" not in sentence.text
    for citation in final.citations:
        passage = next(s.passage for s in PASSAGES.values() if s.passage.article_id == citation.article_id)
        assert passage.text[citation.start - passage.start : citation.end - passage.start] == citation.quote


def test_a_model_that_reads_its_prompt_gets_keys_it_can_cite() -> None:
    def answer(request: dict[str, Any]) -> str:
        key = next(k for k, text in passages_asked(request).items() if "twice as many" in text)
        return f"{TWICE} [{key}]"

    script: Script = answer
    with llm_server(script) as server:
        assert [s.text for s in checked(server)[-1].sentences] == [TWICE]


# --- what is loaded and looked up


def _python(code: str) -> Iterator[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    yield from done.stdout.splitlines()


def test_importing_these_modules_loads_nothing_heavy() -> None:
    code = (
        "import sys, rag.generation, rag.verification, rag.citations, rag.gate\n"
        "print(sorted({'torch', 'llama_index', 'openai', 'tiktoken', 'httpx', 'chromadb', 'gradio'} & set(sys.modules)))"
    )
    assert list(_python(code)) == ["[]"]


@pytest.mark.slow
def test_asking_a_model_never_looks_up_a_host() -> None:
    code = (
        "import sys, socket; sys.path.insert(0, 'tests')\n"
        "def refuse(*a, **k): raise AssertionError(a)\n"
        "from llm_server import llm_server\n"
        "from gate_cases import PASSAGES\n"
        "from rag.citations import Evidence\n"
        "from rag.generation import LanguageModel\n"
        "real = socket.getaddrinfo\n"
        "socket.getaddrinfo = lambda host, *a, **k: real(host, *a, **k) if host == '127.0.0.1' else refuse(host)\n"
        "with llm_server('ok') as server:\n"
        "    print(''.join(LanguageModel(server.spec).answer('?', Evidence(PASSAGES.values()))))\n"
    )
    assert next(_python(code)) == "ok"
