"""Which files lie under the given paths and are to be read.

A folder is walked without following symbolic links; hidden files, READMEs, licences, manifests,
mappings and question sets are no articles, and files of other kinds are passed over. A path given by
name is different: what cannot be read there is a failure. No article is parsed here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from documents.errors import ReadingError
from documents.fields import SYNONYMS
from documents.formats.feeds import ROOTS as FEED_ROOTS
from documents.formats.jsonfiles import is_question
from documents.formats.newsml import NEWSML_ROOTS, NITF_ROOT
from documents.formats.xml_files import root_name
from documents.manifest import NAMES, Manifest, read_manifest
from documents.sources import KINDS, Failure, SourceFile, kind_of, kind_of_entry, open_regular, refusal

_ABOUT = re.compile(r"readme.*|(?:licen[cs]e|copying|notice|changelog|contributing|authors)(?:\..*)?", re.IGNORECASE)
_LICENCE = re.compile(r"(?:LICENSE|LICENCE|COPYING|NOTICE)\b.*")
_PEEK = 65_536
"""Bytes looked at to tell a question set or a mapping from articles."""
_LONGEST_COLUMN = 60
_NEWS_ROOTS = FEED_ROOTS | NEWSML_ROOTS | {NITF_ROOT, "html"}


@dataclass(slots=True)
class _Found:
    """What has been gathered so far: path -> root, manifest rows by path, failures, and manifests by folder."""

    roots: dict[Path, Path] = field(default_factory=dict)
    rows: dict[Path, Mapping[str, str]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    manifests: dict[Path, Manifest] = field(default_factory=dict)

    def manifest(self, folder: Path) -> Manifest:
        """Return the folder's manifest, read once."""
        if folder not in self.manifests:
            self.manifests[folder] = read_manifest(folder)
        return self.manifests[folder]

    def add(self, path: Path, root: Path) -> None:
        """Keep `path`, unless an earlier path led to it already."""
        self.roots.setdefault(path, root)

    def fail(self, path: Path, error: ReadingError) -> None:
        """Keep a failure, once."""
        failure = Failure.of(path, error)
        if failure not in self.failures:
            self.failures.append(failure)


def find_files(paths: Sequence[Path]) -> tuple[list[SourceFile], list[Failure]]:
    """Return the files to read under `paths`, sorted by path, each once, and what cannot be found or reached."""
    found = _Found()
    for given in paths:
        try:
            path = given.resolve(strict=True)
            if path.is_dir():
                _folder(path, found)
            else:
                _named_file(path, found)
        except OSError as error:
            found.fail(given, refusal(given, error))
        except (ValueError, RuntimeError):  # a zero character in the name; links in a circle
            message = f"expected an existing file or folder, got {str(given)!r}; check the name"
            found.fail(given, ReadingError(message, code="missing"))
    sources = [SourceFile(path, root, found.rows.get(path)) for path, root in sorted(found.roots.items())]
    failures = sorted(found.failures, key=lambda failure: (failure.path, failure.line or 0, failure.reason))
    return sources, failures


def _named_file(path: Path, found: _Found) -> None:
    """Take a file that was given by name, or say why it cannot be read."""
    manifest = found.manifest(path.parent)
    if path in manifest.paths:
        _take_manifest(manifest, path, found)
        return
    if not path.is_file():
        what = kind_of_entry(path)
        found.fail(path, ReadingError(f"expected a file or folder, got {what} {path.name!r}", code="not-a-file"))
    elif kind_of(path.name) is None:
        message = f"expected a file that can be read ({', '.join(KINDS)}), got {path.name!r}; convert it"
        found.fail(path, ReadingError(message, code="unsupported"))
    elif _is_question_set(path):
        message = f"expected articles, got the question set {path.name!r}; use it with byline evaluate"
        found.fail(path, ReadingError(message, code="question-set"))
    elif _has_fit_name(path, found):
        found.add(path, path)
        if path in manifest.rows:
            found.rows[path] = manifest.rows[path]


def _take_manifest(manifest: Manifest, path: Path, found: _Found) -> None:
    """Take the files that a manifest given by name names."""
    for target, (origin, _) in manifest.lines.items():
        if origin == path:
            found.add(target, path)
            found.rows[target] = manifest.rows[target]
    found.failures.extend(failure for failure in manifest.failures if failure.path == str(path))


def _folder(root: Path, found: _Found) -> None:
    """Walk a folder that was given by name."""
    before, failed = len(found.roots), len(found.failures)
    passed_over = 0
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            found.fail(folder, refusal(folder, error))
            continue
        manifest = found.manifest(folder)
        found.rows.update(manifest.rows)  # a manifest nearer to a file is met later, and counts
        found.failures.extend(failure for failure in manifest.failures if failure not in found.failures)
        for target in manifest.rows:
            found.add(target, root)
        for entry in entries:
            if entry.name.startswith(".") or entry in manifest.paths:
                continue
            if entry.is_symlink():
                _report_link(entry, root, found)
            elif entry.is_dir():
                folders.append(entry)
            elif kind_of(entry.name) is None or _is_about(entry) or _is_other_xml(entry):
                passed_over += 1
            else:
                _walked_file(entry, root, found)
    if len(found.roots) == before and len(found.failures) == failed and not _covered(root, found):
        got = f"{passed_over} other files" if passed_over else "an empty folder"
        message = f"expected a folder with articles ({', '.join(KINDS)}), got {got}"
        found.fail(root, ReadingError(message, code="no-articles"))


def _covered(root: Path, found: _Found) -> bool:
    """Return whether an earlier path led to this folder's files already."""
    return any(path.is_relative_to(root) for path in found.roots)


def _walked_file(entry: Path, root: Path, found: _Found) -> None:
    if not entry.is_file():
        what = kind_of_entry(entry)
        found.fail(entry, ReadingError(f"expected a regular file, got {what} {entry.name!r}", code="not-a-file"))
    elif _has_fit_name(entry, found) and not _is_question_set(entry) and not _is_mapping(entry):
        found.add(entry, root)


def _report_link(entry: Path, root: Path, found: _Found) -> None:
    """Say of a symbolic link that it was not followed, unless what it names is found in the walk anyway."""
    try:
        target = entry.resolve(strict=True)
        if target.is_relative_to(root) or not (target.is_dir() or kind_of(entry.name)):
            return
        message = f"expected no way out of the folder, got the link {entry.name!r}; name what it leads to"
    except (OSError, RuntimeError):
        if kind_of(entry.name) is None:
            return
        message = f"expected a regular file, got the link {entry.name!r}, which leads nowhere"
    found.fail(entry, ReadingError(message, code="link"))


def _has_fit_name(path: Path, found: _Found) -> bool:
    """Return whether the path can be stored and shown as text; else say so."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        shown = str(path).encode("utf-8", "backslashreplace").decode("utf-8")
        found.fail(Path(shown), ReadingError("expected a file name in UTF-8, got other bytes; rename it", code="name"))
        return False
    return True


def _is_about(path: Path) -> bool:
    return bool(_ABOUT.fullmatch(path.name) or _LICENCE.fullmatch(path.name))


def _head(path: Path) -> str:
    try:
        with open_regular(path) as handle:
            return handle.read(_PEEK).decode("utf-8-sig", "replace")
    except (ReadingError, OSError):
        return ""  # whoever reads it will say why


def _is_question_set(path: Path) -> bool:
    """Return whether the first object of a JSON-lines file asks a question instead of holding text."""
    if kind_of(path.name) != "lines":
        return False
    for line in _head(path).splitlines():
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(values, dict):
            return is_question(values)
    return False


def _is_other_xml(path: Path) -> bool:
    """Return whether an XML file surely holds something else than news; where that cannot be told, its reader says."""
    if path.suffix.lower() != ".xml" or not path.is_file() or path.is_symlink():
        return False
    try:
        root = root_name(_head(path))
    except ReadingError:
        return False
    return root is not None and root not in _NEWS_ROOTS


def _is_mapping(path: Path) -> bool:
    """Return whether a JSON file maps our fields to columns: nothing but field names, each with a short name."""
    if path.suffix.lower() != ".json" or path.name in NAMES:
        return False
    try:
        values = json.loads(_head(path))
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(values, dict)
        and bool(values)
        and all(
            key in SYNONYMS and isinstance(column, str) and len(column) <= _LONGEST_COLUMN and "\n" not in column
            for key, column in values.items()
        )
        and len(str(values.get("text", "")).split()) <= 3
    )
