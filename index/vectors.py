"""The vectors of a generation in ChromaDB, in a folder or on a Chroma server. The only file that imports it.

One record per distinct passage text, its id the text's hash; nothing else is stored there, and only
vectors are ever sent to it, so it never builds an embedding function. A folder is written once, by
`build_folder`; even opening one changes its files, so readers hand `open_folder` a private copy.
Every foreign error leaves here as a `GenerationError`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from documents.errors import GenerationError, GenerationUnreachable

DATABASE = "chroma.sqlite3"
"""The one file of a folder that opening it changes; everything beside it is only read."""

COLLECTION = "passages"
"""Name of the collection in a folder; on a server each generation has its own."""

Vectors = tuple[Sequence[str], NDArray[np.float32]]
"""Text hashes and their unit vectors, [hashes, dimension]."""

_LOCAL_BATCH = 5_000  # the library's own limit is a little above
_SERVER_BATCH = 1_000  # 5,000 as JSON exceed the server's default request size
_AUDIT_BATCH = 200
_NEIGHBOURS = 100
_SAME = 1e-4  # of a cosine: closer than this, two vectors are one
_CONNECT_SECONDS = 3.0
_ANSWER_SECONDS = 30.0
_GRAPH = {"space": "cosine", "max_neighbors": 64, "ef_construction": 400, "ef_search": 400}
# A threshold of 2 has every batch written to the graph's files at once: records left in the log
# would be replayed into those files by whoever opens the folder next.
_FLUSHED = {"sync_threshold": 2, "batch_size": 2}


class VectorIndex:
    """An opened collection of vectors; safe to search from any thread. Close it when done."""

    def __init__(self, client: Any, collection: Any, url: str | None = None) -> None:
        self._client = client
        self._collection = collection
        self._url = url

    def count(self) -> int:
        """Return the number of vectors.

        Raises:
            GenerationError: ChromaDB failed; `GenerationUnreachable` when its server is away.
        """
        with _translated(self._url):
            return int(self._collection.count())

    def nearest(self, vectors: NDArray[np.float32], limit: int) -> list[list[tuple[str, float]]]:
        """Return for each row of `vectors` [n, dimension] up to `limit` (text hash, cosine), nearest first.

        Raises:
            GenerationError: ChromaDB failed; `GenerationUnreachable` when its server is away.
        """
        if not len(vectors):
            return []
        with _translated(self._url):
            found = self._collection.query(
                query_embeddings=np.asarray(vectors, dtype=np.float32), n_results=limit, include=["distances"]
            )
        return [
            [(text_hash, 1.0 - float(distance)) for text_hash, distance in zip(hashes, distances, strict=True)]
            for hashes, distances in zip(found["ids"], found["distances"], strict=True)
        ]

    def finds(self, hashes: Sequence[str], vectors: NDArray[np.float32]) -> list[bool]:
        """Return for each of `hashes` whether it is found by its own row of `vectors` [hashes, dimension].

        A text also counts as found when everything found in its place has the same vector.

        Raises:
            GenerationError: ChromaDB failed; `GenerationUnreachable` when its server is away.
        """
        found: list[bool] = []
        for at in range(0, len(hashes), _AUDIT_BATCH):
            nearest = self.nearest(vectors[at : at + _AUDIT_BATCH], _NEIGHBOURS)
            for text_hash, near in zip(hashes[at : at + _AUDIT_BATCH], nearest, strict=True):
                same = [one for one, cosine in near if cosine > 1 - _SAME]
                found.append(text_hash in same or len(same) == _NEIGHBOURS)
        return found

    def close(self) -> None:
        """Release the collection; a server keeps its copy."""
        with _translated(self._url):
            self._client.close()


def build_folder(folder: Path, batches: Iterable[Vectors]) -> int:
    """Write a collection of all `batches` into the empty `folder`, close it, and return how many vectors it holds.

    Raises:
        GenerationError: ChromaDB failed.
    """
    with _translated():
        client = _local_client(folder)
        try:
            collection = client.create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": {**_GRAPH, **_FLUSHED}}
            )
            written = _add(collection, batches, _LOCAL_BATCH)
        finally:
            client.close()
        # The log's emptied pages make up most of the file, and every reader copies it.
        database = sqlite3.connect(folder / DATABASE)
        database.execute("VACUUM")
        database.close()
    return written


def open_folder(folder: Path) -> VectorIndex:
    """Return the collection in `folder`, a private copy, with its graph read into memory.

    Raises:
        GenerationError: there is no collection, or it cannot be read.
    """
    with _translated():
        client = _local_client(folder)
        try:
            index = VectorIndex(client, client.get_collection(COLLECTION, embedding_function=None))
            _warm(index)
        except BaseException:
            client.close()
            raise
    return index


def build_on_server(url: str, name: str, batches: Iterable[Vectors]) -> int:
    """Write `batches` as the collection `name` to the Chroma server at `url`; return how many vectors it holds.

    Raises:
        GenerationError: it failed; `GenerationUnreachable` when the server is away.
    """
    with _server_client(url) as client:
        collection = client.create_collection(name, embedding_function=None, configuration={"hnsw": _GRAPH})
        written = _add(collection, batches, _SERVER_BATCH)
        client.close()
    return written


def open_on_server(url: str, name: str) -> VectorIndex:
    """Return the collection called `name` on the Chroma server at `url`.

    Raises:
        GenerationError: it is not there; `GenerationUnreachable` when the server is away.
    """
    with _server_client(url) as client:
        return VectorIndex(client, client.get_collection(name, embedding_function=None), url)


def drop_from_server(url: str, name: str) -> None:
    """Remove the collection called `name` from the Chroma server at `url`; that it is not there is fine.

    Raises:
        GenerationError: it failed; `GenerationUnreachable` when the server is away.
    """
    from chromadb.errors import NotFoundError

    with _server_client(url) as client:
        try:
            client.delete_collection(name)
        except NotFoundError:
            pass
        finally:
            client.close()


def server_address(url: str) -> tuple[str, int, bool]:
    """Return (host, port, whether encrypted) of a Chroma server's URL.

    Raises:
        GenerationError: `url` is not ``http://HOST[:PORT]``.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query or parts.username:
        raise GenerationError(f"expected a Chroma server as http://HOST:PORT, got {url!r}; correct --index")
    return host, port or (443 if parts.scheme == "https" else 8000), parts.scheme == "https"


def _add(collection: Any, batches: Iterable[Vectors], size: int) -> int:
    written = 0
    for hashes, matrix in batches:
        for at in range(0, len(hashes), size):
            part = list(hashes[at : at + size])
            collection.add(ids=part, embeddings=np.asarray(matrix[at : at + size], dtype=np.float32))
            written += len(part)
    return written


def _warm(index: VectorIndex) -> None:
    """Search once, which reads the graph's files whole: afterwards they may be moved or removed."""
    head = index._collection.get(limit=1, include=["embeddings"])["embeddings"]
    if head is not None and len(head):
        index.nearest(np.asarray(head, dtype=np.float32), 1)


def _local_client(folder: Path) -> Any:
    import chromadb

    return chromadb.PersistentClient(str(folder), settings=_settings())


@contextmanager
def _server_client(url: str) -> Iterator[Any]:
    """Yield a client of the server at `url` whose requests end after a while; errors inside are translated."""
    import chromadb
    import httpx

    host, port, encrypted = server_address(url)
    with _translated(url):
        # The client itself would wait for ever for a server that accepts and says nothing.
        httpx.get(f"{url.strip().rstrip('/')}/api/v2/heartbeat", timeout=_CONNECT_SECONDS).raise_for_status()
        client = chromadb.HttpClient(host=host, port=port, ssl=encrypted, settings=_settings())
        session = getattr(getattr(client, "_server", None), "_session", None)
        if isinstance(session, httpx.Client):
            session.timeout = httpx.Timeout(_ANSWER_SECONDS)
        yield client


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


@contextmanager
def _translated(url: str | None = None) -> Iterator[None]:
    """Turn ChromaDB's, httpx's, SQLite's and the file system's errors into a `GenerationError` of one line."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (httpx.TransportError, httpx.HTTPStatusError, httpx.InvalidURL) as error:
        place = url or "the --index address"
        raise GenerationUnreachable(
            f"expected a Chroma server at {place}, got {_line(error)}; start it, or leave --index out"
        ) from error
    except (ChromaError, sqlite3.Error, OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise GenerationError(f"expected ChromaDB to answer, got {_line(error)}; run byline rebuild") from error
    except Exception as error:
        # The client raises a bare Exception for replies that it cannot read.
        if type(error) is not Exception:
            raise
        raise GenerationError(f"expected an answer of a Chroma server, got {_line(error)}; check --index") from error


def _line(error: BaseException) -> str:
    return repr(" ".join(f"{type(error).__name__}: {error}".split())[:200])
