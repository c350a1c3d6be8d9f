"""Byline's search as a llama-index retriever, and passages as its text nodes.

Plug `HybridRetriever` into any llama-index query engine: it needs no vector store, no embedding model
and no settings of llama-index. A node carries everything that is stored of its passage, so the way
back is exact; only what helps a reader of the words is shown to an encoder or a language model.
"""

from __future__ import annotations

from typing import Any

from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from documents.articles import Attribution, OutletBasis, Passage
from documents.errors import RequestError
from index.collection import Collection
from index.filters import EVERYTHING, Filter
from index.store import StoredPassage

_SHOWN = ("outlet", "via", "speaker", "title", "published")
"""What is put before a passage's words; ids, offsets and addresses would only be copied or misread."""


class HybridRetriever(BaseRetriever):
    """Finds passages of a collection by vector and by words.

    Args:
        collection: What is searched; the caller closes it.
        only: Passages of these originating outlets and dates only.
        limit: How many passages to return.
        callback_manager: llama-index's own.
    """

    def __init__(
        self,
        collection: Collection,
        *,
        only: Filter = EVERYTHING,
        limit: int = 8,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        self._collection = collection
        self._only = only
        self._limit = limit
        super().__init__(callback_manager=callback_manager)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._collection.search(query_bundle.query_str, only=self._only, limit=self._limit)
        return [NodeWithScore(node=to_node(hit.passage), score=hit.score) for hit in hits]


def to_node(stored: StoredPassage) -> TextNode:
    """Return the passage as a text node with the passage's id; `from_node` is the way back."""
    passage, origin = stored.passage, stored.passage.attribution
    metadata: dict[str, Any] = {
        "outlet": origin.outlet,
        "basis": origin.basis.value,
        "via": origin.via,
        "speaker": origin.speaker,
        "title": stored.title,
        "url": stored.url,
        "published": stored.published,
        "article_id": passage.article_id,
        "start": passage.start,
        "end": passage.end,
        "carrier": stored.carrier,
        "author": stored.author,
        "language": stored.language,
        "seq": stored.seq,
        "cluster": stored.cluster,
        "agency": stored.agency,
    }
    hidden = [key for key, value in metadata.items() if key not in _SHOWN or value is None]
    return TextNode(
        id_=passage.id,
        text=passage.text,
        metadata=metadata,
        excluded_embed_metadata_keys=hidden,
        excluded_llm_metadata_keys=hidden,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage.article_id)},
    )


def from_node(node: TextNode) -> StoredPassage:
    """Return the passage that `to_node` made `node` of.

    Raises:
        RequestError: the node was not made of a passage, or was changed since.
    """
    data = node.metadata
    try:
        origin = Attribution(data["outlet"], OutletBasis(data["basis"]), data["via"], data["speaker"])
        passage = Passage(data["article_id"], data["start"], data["end"], node.text, origin)
        stored = StoredPassage(
            seq=data["seq"],
            passage=passage,
            title=data["title"],
            url=data["url"],
            published=data["published"],
            language=data["language"],
            author=data["author"],
            carrier=data["carrier"],
            cluster=data["cluster"],
            agency=data["agency"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RequestError(f"expected a node made of a passage, got {node.node_id!r} ({error})") from None
    if passage.id != node.node_id:
        raise RequestError(f"expected a passage's node as it was made, got {node.node_id!r} with other text or offsets")
    return stored
