"""Commands about what is kept: ingest, articles, show, remove, outlets, doctor, rebuild, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from documents.errors import RequestError
from ui.cli_progress import watching
from ui.cli_session import Json, Session

if TYPE_CHECKING:
    from documents.articles import Article, Passage

EMPTY = "no articles yet; add some with: byline ingest PATH"

ArticleId = Annotated[str, typer.Argument(metavar="ARTICLE_ID", help="The article's id, or its first digits.")]


def ingest(
    session: Session,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Folders and files to read.")],
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="NAME", help="Publisher of articles that state none themselves.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="TOML or JSON file: our field to their column.")
    ] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Remove articles whose files are gone from PATH.")] = False,
    as_json: Json = False,
) -> None:
    """Read articles into the collection; what is there unchanged costs nothing."""
    from documents.reading import ReadOptions, read_mapping
    from index.building import ingest as run
    from index.embedding import LazyEncoder

    settings = session.settings()
    options = ReadOptions(
        outlet=outlet,
        mapping=read_mapping(mapping) if mapping else None,
        max_bytes=settings.max_file_mb * 1_000_000,
    )
    with watching(session) as progress:
        report = run(
            settings.home,
            paths,
            options=options,
            encoder=LazyEncoder(settings.encoder),
            store_url=settings.store,
            index_url=settings.index,
            prune=prune,
            progress=progress,
        )
    if as_json:
        session.emit(report.to_dict())
    else:
        from ui.tables import ingest_lines

        for line in ingest_lines(report.to_dict()):
            session.say(line)
    if report.nothing_read:
        raise RequestError("expected articles to read, got none; the reasons are in the report")


def articles(
    session: Session,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="NAME", help="Only what this outlet published.")
    ] = None,
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
        cluster = store.cluster(article.cluster) if article.cluster else None
        others = [other for other in (cluster.article_ids if cluster else ()) if other != article.id]
        copies = [copy for copy in map(store.article, others) if copy is not None]
    if as_json:
        session.emit(
            {
                "article": article_values(article),
                "text": article.text,
                "passages": [passage_values(passage) for passage in passages],
                "copies": [{"id": copy.id, "outlet": copy.outlet} for copy in copies],
            }
        )
    else:
        from ui.tables import article_view

        session.show(article_view(article, passages, copies))


def outlets(session: Session, as_json: Json = False) -> None:
    """List the outlets: what each published, and what others quote from it."""
    with session.opened() as store:
        found = store.outlets()
    if as_json:
        session.emit(
            [{"outlet": o.outlet, "articles": o.articles, "quoted_passages": o.quoted_passages} for o in found]
        )
    elif found:
        from ui.tables import outlet_list

        session.show(outlet_list(found))
    else:
        session.note(EMPTY)


def remove(
    session: Session,
    article_ids: Annotated[list[str], typer.Argument(metavar="ARTICLE_ID", help="Ids, or their first digits.")],
) -> None:
    """Remove articles from the collection; their files stay."""
    from index.building import remove as run

    settings = session.settings()
    removed = run(settings.home, article_ids, store_url=settings.store, index_url=settings.index)
    session.say(f"{removed} removed")


def doctor(session: Session, as_json: Json = False) -> None:
    """Look for damage, and say what may reach the network; exit with 1 when something is wrong."""
    from index.health import examine

    settings = session.settings()
    report = examine(
        settings.home,
        store_url=settings.store,
        index_url=settings.index,
        encoder=settings.encoder,
        llm_url=settings.llm_base_url,
    )
    if as_json:
        session.emit(report.to_dict())
    else:
        session.say(str(report))
    if not report.healthy:
        raise typer.Exit(1)


def rebuild(session: Session) -> None:
    """Make the search index anew from the stored articles, embedding again only what must be."""
    from index.building import rebuild as run
    from index.embedding import LazyEncoder

    settings = session.settings()
    with watching(session) as progress:
        report = run(
            settings.home,
            encoder=LazyEncoder(settings.encoder),
            store_url=settings.store,
            index_url=settings.index,
            progress=progress,
        )
    session.say(
        f"{report.articles} articles, {report.passages} passages; {report.embedded} texts embedded; "
        f"index {report.generation} published in {report.seconds:.1f} seconds"
    )


def backup(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.")],
) -> None:
    """Write the articles with everything known about them to one file."""
    from index.backups import backup as run

    settings = session.settings()
    counts = run(settings.home, file, store_url=settings.store)
    session.say(f"{counts.articles} articles written to {file}")


def restore(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File that byline backup wrote.")],
) -> None:
    """Put a backup in place of the collection; what was there before is kept beside it."""
    from index.backups import restore as run

    settings = session.settings()
    done = run(settings.home, file, store_url=settings.store)
    kept = f"; what was there before is at {done.kept}" if done.kept else ""
    session.say(f"{done.counts.articles} articles restored{kept}")


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
        "agency": article.agency,
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
