"""What every document shares: how it is written to disk, its first lines and its foot.

A document appears whole or not at all: it is made beside its place and then put there.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from facilitator.documents.fonts import Face, draw_text, fit, register
from facilitator.documents.palette import INK, LINE, MUTED
from facilitator.domain.disk import DiskFault, fault_of
from facilitator.domain.errors import DiskFull, Gone, ReadOnly, Refused, Trouble

MARGIN = 15 * mm
_INTACT = "Nothing was written there; what was there before is as it was."

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Occasion:
    """The event as a document names it, and when the document was made."""

    event: str
    #: in the event's own time zone
    printed: datetime
    day: date | None = None
    venue: str = ""
    language: str = "en-GB"

    @property
    def day_in_words(self) -> str:
        """ "Wednesday 12 November 2025", or nothing where the day is not known."""
        return day_in_words(self.day) if self.day else ""

    @property
    def printed_in_words(self) -> str:
        """ "Printed 09:12 on Wednesday 12 November 2025"."""
        return f"Printed {self.printed:%H:%M} on {day_in_words(self.printed)}"

    @property
    def line(self) -> str:
        """The event, its day and its place on one line."""
        return " · ".join(part for part in (self.event, self.day_in_words, self.venue) if part)


def day_in_words(day: date) -> str:
    """ "Wednesday 12 November 2025"; the locale of the laptop does not matter."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def write_document(path: Path, make: Callable[[Path], object], *, is_durable: bool = True) -> Path:
    """Let `make` write a temporary file beside `path`, then put it in its place.

    Returns `path`. Raises Refused (no such folder, or a folder stands there), DiskFull, ReadOnly
    or Gone; then nothing half-written is left and a document of before is untouched. Only its
    owner may read what was written: most documents name people. `is_durable` waits until the
    disk has it; files that come by the hundred and can be made again do without.
    """
    path = Path(path)
    _check_place(path)
    beside = path.with_name(f".{secrets.token_hex(6)}.part{path.suffix}")
    try:
        # the empty file first, so that nobody else can read it while it grows
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        make(beside)
        if is_durable:
            with beside.open("rb+") as made:
                os.fsync(made.fileno())
        beside.replace(path)
    except Trouble:
        raise
    except Exception as error:
        cause = _os_error(error)
        if cause is None:
            raise
        raise as_trouble(cause, path) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return path


def ready_folder(path: Path) -> Path:
    """Make the folder that a command is to fill, or take the one that stands there.

    Raises Refused where its parent is missing or a file stands there, else DiskFull, ReadOnly or
    Gone.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return path
        if path.exists():
            raise Refused(
                f"“{path}” is a file, not a folder.", _INTACT, "Name a folder, or a new name."
            )
        if not path.absolute().parent.is_dir():
            raise _no_parent(path)
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise as_trouble(error, path) from error
    return path


def as_trouble(error: OSError, path: Path) -> Trouble:
    """What an error of the disk at `path` means, in words."""
    fault = fault_of(error)
    if fault is DiskFault.FULL:
        return DiskFull(
            f"There is no room left on the disk for “{path.name}”.",
            _INTACT,
            "Make room or choose another folder, then try again.",
        )
    if fault in {DiskFault.CLOSED, DiskFault.BUSY}:
        return ReadOnly(
            f"“{path}” may not be written to: the file or its folder is read-only, or another "
            "program has it open.",
            _INTACT,
            "Close it there or choose another folder, then try again.",
        )
    if fault in {DiskFault.NAME, DiskFault.NO_FOLDER}:
        return Refused(
            f"“{path.name[:60]}” cannot be the name of a file here.",
            _INTACT,
            "Choose a shorter or plainer name.",
        )
    return Gone(
        f"“{path}” could not be written: {(error.strerror or 'the disk failed').lower()}.",
        _INTACT,
        "See whether the disk or the stick is still there, or choose another folder.",
    )


class _Canvas(Canvas):
    """One that leaves no file open where the disk is full, as ReportLab's own does."""

    def save(self) -> None:
        data = self.getpdfdata()
        Path(self._filename).write_bytes(data)  # pyright: ignore[reportAttributeAccessIssue]


def new_canvas(
    path: Path, title: str, occasion: Occasion, size: tuple[float, float] = A4
) -> Canvas:
    """A canvas with the document's title, the event as its author, and its language."""
    register()
    canvas = _Canvas(str(path), pagesize=size, lang=occasion.language, pageCompression=1)
    canvas.setTitle(f"{title} – {occasion.event}" if occasion.event else title)
    canvas.setAuthor(occasion.event or "Facilitator")
    canvas.setCreator("Facilitator")
    canvas.setSubject(title)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def page_size(canvas: Canvas) -> tuple[float, float]:
    """The width and height of the canvas's pages, in points."""
    return canvas._pagesize  # pyright: ignore[reportAttributeAccessIssue]


def draw_heading(
    canvas: Canvas, title: str, occasion: Occasion, beside: str = "", margin: float = MARGIN
) -> float:
    """The title, the event under it and a few words at the right; returns the y below them."""
    wide, high = page_size(canvas)
    room = wide - 2 * margin
    aside = fit(beside, Face.REGULAR, room * 0.4, 11, 8) if beside else None
    heading = fit(title, Face.BOLD, room * (0.58 if beside else 1), 20, 11)
    y = high - margin - 16
    draw_text(canvas, margin, y, " ".join(heading.lines), Face.BOLD, heading.size)
    if aside:
        draw_text(
            canvas, wide - margin, y, aside.lines[0], Face.REGULAR, aside.size, MUTED, "right"
        )
    line = fit(occasion.line, Face.REGULAR, room, 9, 6)
    draw_text(canvas, margin, y - 14, "".join(line.lines), Face.REGULAR, line.size, MUTED)
    return y - 14 - 10


def draw_foot(
    canvas: Canvas,
    occasion: Occasion,
    page: int,
    pages: int | None = None,
    note: str = "",
    margin: float = MARGIN,
) -> None:
    """When it was printed at the left, a note in the middle, the page's number at the right."""
    wide, _ = page_size(canvas)
    y = margin - 12
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(margin, margin, wide - margin, margin)
    left = draw_text(canvas, margin, y, occasion.printed_in_words, Face.REGULAR, 8, MUTED)
    number = f"Page {page} of {pages}" if pages else f"Page {page}"
    right = draw_text(canvas, wide - margin, y, number, Face.REGULAR, 8, MUTED, "right")
    if note:
        room = wide - 2 * margin - 2 * max(left, right) - 16
        fitted = fit(note, Face.REGULAR, room, 8, 5)
        draw_text(canvas, wide / 2, y, fitted.lines[0], Face.REGULAR, fitted.size, INK, "centre")


def _check_place(path: Path) -> None:
    try:
        if path.is_dir():
            raise Refused(
                f"“{path}” is a folder; a file is to be written.",
                _INTACT,
                "Add the file's name.",
            )
        if not path.absolute().parent.is_dir():
            raise _no_parent(path)
    except OSError as error:
        raise as_trouble(error, path) from error


def _no_parent(path: Path) -> Refused:
    return Refused(
        f"The folder “{path.absolute().parent}” does not exist.",
        "Nothing was written.",
        "Make it first, or choose another.",
    )


def _os_error(error: BaseException | None) -> OSError | None:
    """The disk's own error, which a library may have wrapped in one of its own."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError):
            return error
        inner = next((arg for arg in error.args if isinstance(arg, OSError)), None)
        if inner is not None:
            return inner
        error = error.__cause__ or error.__context__
    return None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document: what draws it, and what stands at its foot."""

    draw: Callable[[Canvas], object]
    size: tuple[float, float] = A4
    #: words in the middle of the foot
    note: str = ""
    has_foot: bool = True
    #: a bookmark to this page
    outline: str = ""


def write_pages(path: Path, title: str, pages: Sequence[Page], occasion: Occasion) -> Path:
    """Write a document of `pages` to a PDF at `path`, numbered, with its bookmarks.

    Raises what `write_document` raises.
    """

    def make(target: Path) -> None:
        canvas = new_canvas(target, title, occasion)
        for number, page in enumerate(pages, 1):
            canvas.setPageSize(page.size)
            if page.outline:
                key = f"page-{number}"
                canvas.bookmarkPage(key)
                canvas.addOutlineEntry(page.outline, key)
            page.draw(canvas)
            if page.has_foot:
                draw_foot(canvas, occasion, number, len(pages), page.note)
            canvas.showPage()
        canvas.save()

    return write_document(path, make)
