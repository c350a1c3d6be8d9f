"""Commands about what is kept: ingest, articles, show, remove, outlets, doctor, rebuild, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from documents.errors import RequestError
from ui.cli_session import Json, Session, command

if TYPE_CHECKING:
    from documents.articles import Article, Passage

EMPTY = "no articles yet; add some with: byline ingest PATH"

ArticleId = Annotated[str, typer.Argument(metavar="ARTICLE_ID", help="The article's id, or its first digits.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for name, function in (
        ("ingest", ingest),
        ("articles", articles),
        ("show", show),
        ("remove", remove),
        ("outlets", outlets),
        ("doctor", doctor),
        ("rebuild", rebuild),
        ("backup", backup),
        ("restore", restore),
    ):
        command(app, name)(function)


def articles(
    session: Session,
    outlet: Annotated[str | None, typer.Option("--outlet", metavar="NAME", help="Only what this outlet published.")] = None,
    as_json: Json = False,
) -> None:
    """List the articles."""
    with session.opened() as store:
        found = store.articles(outlet)
    if as_json:
        session.emit([article_values(article) for article in found])
    elif found:
        from ui.tables import article_list

        session.show(article_list(found))
    else:
        session.note(EMPTY if outlet is None else f"no article published by {outlet}")


def show(session: Session, article_id: ArticleId, as_json: Json = False) -> None:
    """Show one article, with who originated each part of it in the margin."""
    with session.opened() as store:
        article = store.article(article_id)
        if article is None:
            raise RequestError(f"expected the id of an article, got {article_id!r}; byline articles lists them")
        passages = store.passages_of(article.id)
    if as_json:
        session.emit(
            {
                "article": article_values(article),
                "text": article.text,
                "passages": [passage_values(passage) for passage in passages],
            }
        )
    else:
        from ui.tables import article_view

        session.show(article_view(article, passages))


def outlets(session: Session, as_json: Json = False) -> None:
    """List the outlets: what each published, and what others quote from it."""
    with session.opened() as store:
        found = store.outlets()
    if as_json:
        session.emit([{"outlet": o.outlet, "articles": o.articles, "quoted_passages": o.quoted_passages} for o in found])
    elif found:
        from ui.tables import outlet_list

        session.show(outlet_list(found))
    else:
        session.note(EMPTY)


def article_values(article: Article) -> dict[str, Any]:
    """Return an article without its text as plain JSON types."""
    return {
        "id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "outlet_basis": article.outlet_basis.value,
        "author": article.author,
        "url": article.url,
        "published": article.published,
        "language": article.language,
        "cluster": article.cluster,
    }


def passage_values(passage: Passage) -> dict[str, Any]:
    """Return a passage's place and attribution as plain JSON types."""
    attribution = passage.attribution
    return {
        "start": passage.start,
        "end": passage.end,
        "outlet": attribution.outlet,
        "outlet_basis": attribution.basis.value,
        "via": attribution.via,
        "speaker": attribution.speaker,
    }
