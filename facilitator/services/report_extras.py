"""What an organiser gives for the report and what stays when it is made again: a quote, logos."""

from __future__ import annotations

import io
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from facilitator.documents.report_figures import LogoFigure
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.notes import Note
from facilitator.domain.text import clean, counted
from facilitator.services.events import Done
from facilitator.services.note_reading import read_notes
from facilitator.services.settings import read_settings, write_setting
from facilitator.store.database import Database
from facilitator.store.rows import AssetRow

LOGO = "logo"
MOST_LOGOS = 6
#: bytes of a file, and pixels of a side, that a logo may have
LARGEST_FILE = 4_000_000
MOST_PIXELS = 8_000
#: pixels at which a logo is kept: twice what a page needs
_KEPT = 1_200
_INTACT = "The report is as it was."


@dataclass(frozen=True, slots=True)
class Logo:
    """A sponsor's logo that is kept in the event: its id, whose it is, and a PNG."""

    id: UUID
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Quotable:
    """A note that could be quoted, in its own words."""

    id: UUID
    words: str


class ReportExtras:
    """The quote and the logos of one event's report."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def quotables(self) -> tuple[Quotable, ...]:
        """The notes as they stand, of which one can be quoted."""
        with self._database.reading() as session:
            return tuple(Quotable(n.id, n.content.text) for n in _standing(session))

    def quoted(self) -> UUID | None:
        """The note that is quoted; None where none is, or its words have changed since."""
        with self._database.reading() as session:
            note = quoted_note(session)
            return note.id if note else None

    def quote(self, note_id: UUID, *, agreed: bool) -> Done:
        """Quote a note, its words as they are now. Refused unless whoever said it agreed to it."""
        if not agreed:
            raise Refused(
                "A quote needs the consent of whoever said it.", _INTACT,
                "Ask them, then tick that they agreed.",
            )  # fmt: skip
        with self._database.session() as session:
            note = next((n for n in _standing(session) if n.id == note_id), None)
            if note is None:
                raise Refused("That note is no longer there.", _INTACT, "Choose another.")
            write_setting(session, "quote", {"note": str(note.id), "words": note.content.text})
        return Done(Changes.EVENT)

    def no_quote(self) -> Done:
        """Leave the quote out."""
        with self._database.session() as session:
            write_setting(session, "quote", None)
        return Done(Changes.EVENT)

    def logos(self) -> tuple[Logo, ...]:
        """The logos in their order."""
        with self._database.reading() as session:
            return tuple(Logo(r.id, r.name, r.content or b"") for r in _logo_rows(session))

    def add_logo(self, name: str, content: bytes) -> Done:
        """Keep a logo: a PNG or JPEG of at most 4 MB. `name` is whose it is, read out where it
        cannot be seen. Refused for what is no such picture, and for more than six."""
        made = _as_png(content)
        called = clean(name)[:120]
        if not called:
            raise Refused("Say whose logo it is.", _INTACT, "Type the sponsor’s name.")
        with self._database.session() as session:
            rows = _logo_rows(session)
            if len(rows) >= MOST_LOGOS:
                raise Refused(
                    f"There are {counted(len(rows), 'logo')} already, and more would not fit.",
                    _INTACT, "Remove one first.",
                )  # fmt: skip
            place = max((row.position for row in rows), default=0) + 1
            session.add(AssetRow(kind=LOGO, name=called, position=place, content=made))
        return Done(Changes.EVENT)

    def remove_logo(self, logo_id: UUID) -> Done:
        """Take a logo out of the event."""
        with self._database.session() as session:
            row = session.get(AssetRow, logo_id)
            if row is not None:
                session.delete(row)
        return Done(Changes.EVENT)


def quoted_note(session: Session) -> Note | None:
    """The note that is to be quoted, as long as its words are those that were agreed to."""
    chosen = read_settings(session).quote
    if not isinstance(chosen, dict):
        return None
    for note in _standing(session):
        if str(note.id) == chosen.get("note") and note.content.text == chosen.get("words"):
            return note
    return None


def logo_figures(session: Session) -> tuple[LogoFigure, ...]:
    """The logos as the documents take them."""
    return tuple(LogoFigure(row.name, row.content) for row in _logo_rows(session) if row.content)


def _standing(session: Session) -> list[Note]:
    return [n for n in read_notes(session) if n.removed_at is None and n.merged_into is None]


def _logo_rows(session: Session) -> list[AssetRow]:
    rows = select(AssetRow).where(col(AssetRow.kind) == LOGO)
    return list(session.exec(rows.order_by(col(AssetRow.position), col(AssetRow.id))))


def _as_png(content: bytes) -> bytes:
    """The picture as a PNG of a size that a page needs, without what else its file says."""
    from PIL import Image

    if len(content) > LARGEST_FILE:
        raise Refused(
            f"The logo’s file has {len(content) / 1e6:.1f} MB; 4 MB is the most.", _INTACT,
            "Save it smaller.",
        )  # fmt: skip
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            if max(opened.size) > MOST_PIXELS:
                raise Refused(
                    f"The logo is {opened.width} by {opened.height} pixels; {MOST_PIXELS} is the "
                    "most.", _INTACT, "Save it smaller.",
                )  # fmt: skip
            picture = opened.convert("RGBA")
    except Refused:
        raise
    except Exception as error:  # Pillow raises many kinds for a broken file
        raise Refused(
            "That file is no picture that can be read: it is damaged, or neither PNG nor JPEG.",
            _INTACT, "Ask the sponsor for a PNG, a JPEG or an SVG.",
        ) from error  # fmt: skip
    picture.thumbnail((_KEPT, _KEPT))
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "PNG", optimize=True)
    return out.getvalue()
