"""Copies of an event while it runs: written beside, checked, renamed; the last six are kept.

The event remembers the path of every copy (`document_fact`, kind "copy"), so that removing personal
data can visit each; what was taken away again is a fact too ("copy-removed"). Only copies made in
turn are ever taken away, and only where the file at that path is still this event's copy.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import DiskFull, Gone, ReadOnly, Refused, Trouble, WorldTrouble
from facilitator.services.copy_places import CopyPlaces
from facilitator.services.events import Event, read_event
from facilitator.services.privacy_documents import COPY, COPY_REMOVED, path_at, place_of
from facilitator.services.waking import this_machine
from facilitator.store.aside import open_aside
from facilitator.store.copies import copied_at, event_in, write_copy
from facilitator.store.database import Database
from facilitator.store.rows import DocumentFactRow, EventRow
from facilitator.store.trouble import in_words, shown_path

#: how many copies made in turn are kept in one folder
KEPT = 6
#: how long from one copy to the next
EVERY = timedelta(minutes=5)
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that is on disk now; names are inside. `gone` are those that it took the place of."""

    path: Path
    at: datetime
    gone: tuple[Path, ...] = ()
    changes: Changes = Changes.NONE


@dataclass(frozen=True, slots=True)
class CopyStand:
    """What a file that is a copy says of itself."""

    path: Path
    event: Event
    #: the moment that it shows
    at: datetime


class CopyService:
    """Makes copies of one event and remembers where they are."""

    def __init__(
        self, database: Database, clocks: Clocks, places: CopyPlaces | None = None
    ) -> None:
        self._database, self._clocks = database, clocks
        self._places = places or CopyPlaces()
        self._event: UUID | None = None

    # -- public ---------------------------------------------------------------------------------

    @property
    def folder(self) -> Path | None:
        """The folder that was chosen for copies of this event on this laptop."""
        return self._places.folder(self._event_id())

    def choose(self, folder: Path | None) -> None:
        """Copies go to `folder` from now on; None: none are made any more.

        Refused where it is no folder.
        """
        if folder is not None and not folder.is_dir():
            raise Refused(f"There is no folder “{folder.name}”.", "Nothing was changed.")
        self._places.choose(self._event_id(), self._database.location, folder)

    def is_beside(self, folder: Path) -> bool:
        """Whether a folder lies on the same disk as the event: a copy there dies with it."""
        own = self._database.path
        try:
            return own is not None and own.stat().st_dev == folder.stat().st_dev
        except OSError:
            return False

    def make(self) -> Copied:
        """Make the next copy in the chosen folder, and take away those beyond the last six.

        Raises Gone where the folder is not there (the stick was pulled out), DiskFull, ReadOnly
        and other WorldTrouble as it is; Refused where no folder was chosen.
        """
        folder = self.folder
        if folder is None:
            raise Refused("No folder was chosen for the copies.", "", "Choose one.")
        if not folder.is_dir():
            raise Gone(
                f"The folder for copies, {shown_path(folder)}, is not there.",
                "The event itself is safe.", "Put the stick back, or choose another folder.",
            )  # fmt: skip
        with self._database.reading() as session:
            event = read_event(session)
        at = self._clocks.now()
        stem = file_name(event.name)
        _sweep(folder, stem)
        path = folder / f"{stem} {event.local(at):%Y-%m-%d %H%M%S}.facilitator"
        # Said of the folder and not of the file: the same trouble is the same sentence.
        called = f"The folder for copies, {shown_path(folder)},"
        safe = "The event itself is safe."
        try:
            write_copy(self._database, path, at)
        except DiskFull as full:
            then = "Make room there, or choose another folder."
            raise DiskFull(f"{called} is full.", safe, then) from full
        except ReadOnly as shut:
            raise ReadOnly(
                f"{called} takes no files: it may only be read.", safe, "Choose another folder."
            ) from shut
        self._remember(COPY, path, at, turn=True)
        return Copied(path, at, tuple(self._thin_out(folder, at)))

    def copy_to(self, path: Path) -> Copied:
        """A copy to a name of somebody's choice, which is never taken away by itself.

        Refused where it would replace the event itself, WorldTrouble where it cannot be written.
        """
        at = self._clocks.now()
        write_copy(self._database, path, at)
        self._remember(COPY, path, at)
        return Copied(path, at)

    def newest(self) -> Copied | None:
        """The newest copy in the chosen folder that is remembered; None without one."""
        folder = self.folder
        with self._database.reading() as session:
            made = [one for one in _standing(session) if one.path.parent == folder]
        return Copied(made[-1].path, made[-1].at) if made else None

    # -- internal -------------------------------------------------------------------------------

    def _event_id(self) -> UUID:
        if self._event is None:
            with self._database.reading() as session:
                self._event = session.exec(select(EventRow.id)).one()
        return self._event

    def _remember(self, kind: str, path: Path, at: datetime, *, turn: bool = False) -> None:
        if kind == COPY:
            self._places.made(self._event_id(), self._database.location, path.absolute())
        # A copy is no less one where the event's own disk is full: the laptop remembers it then.
        with suppress(WorldTrouble), self._database.session() as session:
            session.add(
                DocumentFactRow(
                    kind=kind, at=at, name=path.name, names_inside=kind == COPY,
                    details={"path": place_of(path), "turn": turn, "machine": this_machine()},
                )
            )  # fmt: skip

    def _thin_out(self, folder: Path, at: datetime) -> list[Path]:
        with self._database.reading() as session:
            made = [one for one in _standing(session) if one.turn]
        here = [one.path for one in made if one.path.parent == folder.absolute()]
        gone: list[Path] = []
        own = self._event_id().hex
        for path in here[:-KEPT]:
            if path.exists():
                # Somebody may have put another file in its place, or gone on with the copy there.
                try:
                    if event_in(path) != own or copied_at(path) is None:
                        continue
                    path.unlink()
                except OSError:
                    continue
            self._remember(COPY_REMOVED, path, at, turn=True)
            gone.append(path)
        return gone


@dataclass(frozen=True, slots=True)
class _Made:
    path: Path
    at: datetime
    turn: bool


def _standing(session: Session) -> list[_Made]:
    """The copies that this machine made and did not take away again, oldest first."""
    rows = session.exec(
        select(DocumentFactRow)
        .where(col(DocumentFactRow.kind).in_((COPY, COPY_REMOVED)))
        .order_by(col(DocumentFactRow.at), col(DocumentFactRow.id))
    )
    found: dict[str, _Made] = {}
    for row in rows:
        place = str(row.details.get("path", ""))
        if row.details.get("machine", this_machine()) != this_machine():
            continue  # of another laptop that shares this event
        found.pop(place, None)
        if row.kind == COPY and place:
            found[place] = _Made(path_at(place), row.at, bool(row.details.get("turn")))
    return list(found.values())


def file_name(name: str) -> str:
    """An event's name as the beginning of a file's name on any system."""
    plain = re.sub(r"[^\w\- ]+", " ", name)
    return " ".join(plain.split())[:_LONGEST_NAME].strip() or "Event"


def _sweep(folder: Path, stem: str) -> None:
    """Take away what an interrupted copy left: a stick pulled out in the middle of it."""
    with suppress(OSError):
        for draft in folder.glob(f".{stem} *.facilitator.????????.new*"):
            if re.fullmatch(
                r"\..* \d{4}-\d\d-\d\d \d{6}\.facilitator\.[0-9a-f]{8}\.new.*", draft.name
            ):
                draft.unlink()


# --- going on from a copy -------------------------------------------------------------------------


def look_at_copy(path: Path) -> CopyStand | None:
    """What a file says of itself where it is a copy; None where it is no copy, or none can tell."""
    try:
        at = copied_at(path)
        if at is None:
            return None
        database = open_aside(path)
    except (OSError, Trouble):
        return None
    try:
        with database.reading() as session:
            return CopyStand(path, read_event(session), at)
    finally:
        database.close()


def continue_from(copy: CopyStand, folder: Path) -> Path:
    """Bring a copy to `folder` to go on with it there, and return where it is now.

    The copy stays as it is, for later. An event is never run from a stick: it may be pulled out.
    Raises WorldTrouble where it cannot be brought over; nothing is left behind then.
    """
    stem = f"{file_name(copy.event.name)} from {copy.event.local(copy.at):%H%M}"
    with in_words(shown_path(copy.path)):
        folder.mkdir(parents=True, exist_ok=True)
        for turn in range(1, 1000):
            target = folder / f"{stem}{f' {turn}' if turn > 1 else ''}.facilitator"
            try:
                os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            except FileExistsError:
                continue
            try:
                shutil.copyfile(copy.path, target)
                with target.open("rb") as file:
                    os.fsync(file.fileno())
            except BaseException:
                target.unlink(missing_ok=True)
                raise
            return target
    raise Refused(f"There are too many events called “{stem}” in “{folder.name}”.")
