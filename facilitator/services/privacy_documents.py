"""Documents and copies outside the event: where they lie, and which of them name people.

A document is recorded with its place when it is made. After personal data was removed, those that
still exist are named each time, until they are deleted. A file whose own name says who it is about
is then known by its size and the moment of its last change, for its name may not be kept.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from facilitator.services.known_names import KnownNames
from facilitator.services.waking import this_machine
from facilitator.store.rows import AttendeeCodeRow, AttendeeRow, DocumentFactRow

#: the kind of the fact that says where a copy of the event was written
COPY = "copy"
#: the kind of the fact that one of those made in turn was taken away again
COPY_REMOVED = "copy-removed"
_FOUND = "found"
#: files that are read to see whether they name somebody, and how much of each
_READ = {".csv", ".tsv", ".txt", ".json", ".md", ".ics", ".vcf", ".html", ".eml", ".xlsx", ".ods",
         ".docx", ".odt", ".xml"}  # fmt: skip
_MOST_BYTES = 32 * 1024 * 1024
_MOST_FILES = 2_000
_EMAIL = re.compile(rb"[\w.+'\x80-\xff-]+@[\w-]+(?:\.[\w-]+)+")
_CREATOR = re.compile(rb"/Creator \(Facilitator\)")
_TICKET = re.compile(rb"F1-[A-Z0-9]+-[A-Z0-9]+-[A-Z0-9]+")


def place_of(path: Path) -> str:
    """A path as it is kept: from the user's own folder on as "~/…", for that names its user."""
    whole = path.absolute()
    try:
        return "~/" + whole.relative_to(Path.home()).as_posix()
    except (ValueError, RuntimeError):
        return str(whole)


def path_at(place: str) -> Path:
    """The path that `place_of` kept."""
    try:
        return Path(place).expanduser()
    except RuntimeError:
        return Path(place)


def document_facts(session: Session) -> list[DocumentFactRow]:
    """The documents that name people, in the order they were made; copies are none."""
    query = select(DocumentFactRow).where(
        col(DocumentFactRow.names_inside), col(DocumentFactRow.kind) != COPY
    )
    return list(session.exec(query.order_by(col(DocumentFactRow.at), col(DocumentFactRow.id))))


def copy_places(session: Session) -> tuple[Path, ...]:
    """Where copies of the event were written on this machine, and not taken away in their turn."""
    facts = session.exec(
        select(DocumentFactRow)
        .where(col(DocumentFactRow.kind).in_((COPY, COPY_REMOVED)))
        .order_by(col(DocumentFactRow.at), col(DocumentFactRow.id))
    )
    places: dict[str, bool] = {}
    for fact in facts:
        place = fact.details.get("path")
        if fact.details.get("machine", this_machine()) != this_machine():
            continue
        if isinstance(place, str) and place:
            places[place] = fact.kind == COPY
    return tuple(dict.fromkeys(path_at(place) for place, is_there in places.items() if is_there))


def still_there(fact: DocumentFactRow, beside: Path | None) -> Path | None:
    """Where a document lies now, None where it is gone or out of reach."""
    details = fact.details
    if place := str(details.get("path") or ""):
        found = path_at(place)
        if _exists(found):
            return found
    if folder := str(details.get("folder") or ""):
        return _known_again(path_at(folder), details)
    if beside is not None and fact.name and _exists(beside / fact.name):
        return beside / fact.name
    return None


def keep_documents(
    session: Session, names: KnownNames, beside: Path | None, now: datetime
) -> tuple[Path, ...]:
    """Let the facts of documents say no more than where those lie that still exist, and tell them.

    In `beside`, the event's folder, files that nobody recorded are found too: those with an address
    or a ticket of somebody who is on the list, and PDFs of this program (a roll must come without
    a fact being written), which cannot be looked into.
    """
    found: dict[Path, None] = {}
    for fact in document_facts(session):
        path = still_there(fact, beside)
        if path is not None:
            found[path] = None
        fact.details = _nameless(path, names)
        fact.name = names.without(fact.name, "[removed]") if path is not None else ""
        session.add(fact)
    others = session.exec(select(DocumentFactRow).where(~col(DocumentFactRow.names_inside))).all()
    if beside is not None:
        nameless = {path_at(str(fact.details.get("path") or "")) for fact in others}
        for path in _files_that_name(session, beside, set(found) | nameless):
            found[path] = None
            session.add(
                DocumentFactRow(
                    kind=_FOUND, at=now, names_inside=True,
                    name=names.without(path.name, "[removed]"), details=_nameless(path, names),
                )
            )  # fmt: skip
    for fact in others:
        if fact.kind != COPY:
            path = still_there(fact, beside)
            fact.name = names.without(fact.name, "[removed]")
            machine = {k: v for k, v in fact.details.items() if k == "machine"}
            fact.details = {**_nameless(path, names), **machine}
            session.add(fact)
    session.flush()
    return tuple(found)


def _nameless(path: Path | None, names: KnownNames) -> dict[str, Any]:
    """What is kept of a document's place: nothing that says a name."""
    if path is None:
        return {}
    place, folder = place_of(path), place_of(path.parent)
    if not names.hits(place) and not names.hits(_spaced(place)):
        return {"path": place}
    if names.hits(folder) or names.hits(_spaced(folder)):
        return {}
    size, changed = _marks(path)
    return {"folder": folder, "size": size, "changed": changed}


def _spaced(place: str) -> str:
    """ "priya-raman.json" as the words that a name is looked for in."""
    return " ".join(word.capitalize() for word in re.split(r"[\W_]+", place))


def _known_again(folder: Path, details: dict[str, Any]) -> Path | None:
    wanted = details.get("size"), details.get("changed")
    for path in _listed(folder):
        if _marks(path) == wanted:
            return path
    return None


def _marks(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return (0 if path.is_dir() else state.st_size), state.st_mtime_ns


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())[:_MOST_FILES]
    except OSError:
        return []


# --- what nobody recorded -------------------------------------------------------------------------


def _files_that_name(session: Session, folder: Path, known: set[Path]) -> Iterator[Path]:
    emails = {
        email.casefold().encode() for email in session.exec(select(AttendeeRow.email)) if email
    }
    tickets = {ticket.encode() for ticket in session.exec(select(AttendeeRow.ticket))}
    codes = {code.encode() for code in session.exec(select(AttendeeCodeRow.code)) if len(code) >= 8}
    if not emails and not codes and not tickets:
        return

    def names_somebody(data: bytes) -> bool:
        return (
            _any(_EMAIL.findall(data), emails, bytes.lower)
            or _any(_TICKET.findall(data), tickets)
            or _any(re.findall(rb"[\w-]{8,}", data), codes)
        )

    for path in _listed(folder):
        # nobody is told every file of a folder of which the folder was told
        if path in known or path.name.startswith("."):
            continue
        inside = [path] if path.is_file() else _listed(path) if path.is_dir() else []
        inside = [one for one in inside if one not in known]
        if path.suffix.lower() == ".pdf" and _is_ours(path):
            yield path
            continue
        if any(names_somebody(data) for one in inside for data in _contents(one)):
            yield path


def _is_ours(path: Path) -> bool:
    try:
        return path.stat().st_size <= _MOST_BYTES and _CREATOR.search(path.read_bytes()) is not None
    except OSError:
        return False


def _any(
    found: Iterable[bytes], wanted: set[bytes], key: Callable[[bytes], bytes] = bytes
) -> bool:  # fmt: skip
    return bool(wanted) and any(key(one) in wanted for one in found)


def _contents(path: Path) -> Iterator[bytes]:
    """What can be read of a file, the parts of an office document apart."""
    if path.suffix.lower() not in _READ or not path.is_file():
        return
    try:
        if path.stat().st_size > _MOST_BYTES:
            return
        if not zipfile.is_zipfile(path):
            data = path.read_bytes()
            utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
            yield data.decode("utf-16", "replace").encode() if utf16 else data
            return
        with zipfile.ZipFile(path) as parts:
            for part in parts.infolist():
                if part.file_size <= _MOST_BYTES and part.filename.endswith(".xml"):
                    yield parts.read(part)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        return
