"""What the organiser gives for the report: a quote with consent, and sponsors' logos."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.errors import Refused, Trouble
from ui.kit import Button, Field, Label, Line, PickerField, Row, RowList, Tick
from ui.lanes import DatabaseLane

if TYPE_CHECKING:
    from collections.abc import Callable

    from facilitator.services.report_extras import Logo, Quotable, ReportExtras

NO_QUOTE = ""
_PICTURES = "Pictures (*.png *.jpg *.jpeg *.svg)"
_SVG_WIDTH = 1200
#: bytes that are read of a file; larger ones are refused by their size alone
_READ = 4_000_001


@dataclass(frozen=True, slots=True)
class Given:
    """What there is to choose from, and what was chosen."""

    notes: tuple[Quotable, ...]
    quoted: UUID | None
    logos: tuple[Logo, ...]


def read_given(extras: ReportExtras) -> Given:
    """Read on the database lane."""
    return Given(extras.quotables(), extras.quoted(), extras.logos())


def read_logo(path: Path) -> bytes:
    """The file of a logo; a drawing (SVG) as a picture of it. Refused where it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(_READ)
    except OSError as error:
        raise Refused(
            f"“{path.name}” could not be read: {(error.strerror or '').lower()}."
        ) from error
    return _drawn(content, path) if path.suffix.lower() == ".svg" else content


def _drawn(content: bytes, path: Path) -> bytes:
    if len(content) >= _READ:
        raise Refused(f"“{path.name}” is larger than 4 MB.", "", "Save it smaller.")
    drawing = QSvgRenderer(QByteArray(content))
    size = drawing.defaultSize()
    if not drawing.isValid() or size.isEmpty():
        raise Refused(
            f"“{path.name}” is no drawing that can be read.", "The report is as it was.",
            "Ask the sponsor for a PNG.",
        )  # fmt: skip
    size.scale(QSize(_SVG_WIDTH, _SVG_WIDTH), Qt.AspectRatioMode.KeepAspectRatio)
    image = QImage(size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    drawing.render(painter)
    painter.end()
    held = QByteArray()
    out = QBuffer(held)
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(out, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType]
    return bytes(held.data())


def ask_picture(parent: QWidget) -> str:
    """Which file holds the logo."""
    return QFileDialog.getOpenFileName(parent, "Add a logo", "", _PICTURES)[0]


class ExtrasDialog(QDialog):
    """Chooses the quote and the logos; each choice is kept at once.

    Signals:
        kept(str): something was kept; a sentence that says what.
    """

    kept = Signal(str)

    def __init__(
        self, extras: ReportExtras, given: Given, database: DatabaseLane, parent: QWidget | None,
        *, ask: Callable[[QWidget], str] = ask_picture,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._extras, self._database, self._ask = extras, database, ask
        self.setWindowTitle("Quote and logos")
        self.setModal(True)
        self.setMinimumWidth(600)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(12)
        box.addWidget(Label("A quote for the first page", "part"))
        self.note = PickerField("The note in whose words")
        box.addWidget(self.note)
        self.agreed = Tick(
            "Whoever said it agreed to be quoted",
            note="They are named only if the note was taken by name",
        )
        box.addWidget(self.agreed)
        quoting = QHBoxLayout()
        quoting.setSpacing(8)
        self.keep_quote = Button("Quote this", icon="quotes")
        self.keep_quote.clicked.connect(self._keep_quote)
        self.drop_quote = Button("No quote", kind="quiet")
        self.drop_quote.clicked.connect(self._drop_quote)
        quoting.addWidget(self.keep_quote)
        quoting.addWidget(self.drop_quote)
        quoting.addStretch(1)
        box.addLayout(quoting)
        box.addWidget(Line())
        box.addWidget(Label("Logos of sponsors", "part"))
        self.logos = RowList(name="Logos in the report")
        self.logos.setFixedHeight(152)
        box.addWidget(self.logos)
        self.sponsor = Field("Whose logo is to be added", placeholder="Larkin Trust")
        box.addWidget(self.sponsor)
        adding = QHBoxLayout()
        adding.setSpacing(8)
        self.add = Button("Add a picture…", icon="image")
        self.add.clicked.connect(self._add)
        self.remove = Button("Remove the chosen logo", icon="trash", kind="quiet")
        self.remove.clicked.connect(self._remove)
        adding.addWidget(self.add)
        adding.addWidget(self.remove)
        adding.addStretch(1)
        self.close_it = Button("Close", key="Esc", hint_only=True)
        self.close_it.clicked.connect(self.accept)
        adding.addWidget(self.close_it)
        box.addLayout(adding)
        self.said = Label("PNG, JPEG or SVG, 4 MB at most. Only with the sponsor’s leave.",
                          "side note", wrap=True)  # fmt: skip
        box.addWidget(self.said)
        self._paint(given)

    @Slot(object)
    def _paint(self, given: Given) -> None:
        edit = self.note.edit
        edit.clear()
        edit.addItem("No quote", NO_QUOTE)
        for one in given.notes:
            words = " ".join(one.words.split())
            edit.addItem(words if len(words) <= 90 else f"{words[:89]}…", str(one.id))
        quoted = str(given.quoted) if given.quoted else NO_QUOTE
        edit.setCurrentIndex(max(0, edit.findData(quoted)))
        self.agreed.setChecked(given.quoted is not None)
        self.logos.set_rows([Row(str(logo.id), logo.name, icon="image") for logo in given.logos])
        if given.logos:
            self.remove.allow()
        else:
            self.remove.refuse("There is no logo")

    # -- acts -----------------------------------------------------------------------------------

    @Slot()
    def _keep_quote(self) -> None:
        chosen = self.note.edit.currentData()
        if not chosen:
            self._drop_quote()
            return
        agreed = self.agreed.isChecked()
        self._keep(
            lambda: self._extras.quote(UUID(chosen), agreed=agreed), "The report has its quote."
        )

    @Slot()
    def _drop_quote(self) -> None:
        self._keep(self._extras.no_quote, "The report has no quote.")

    @Slot()
    def _add(self) -> None:
        name = self.sponsor.text.strip()
        if not name:
            self.sponsor.set_error("Say whose logo it is first.")
            self.sponsor.edit.setFocus()
            return
        chosen = self._ask(self)
        if not chosen:
            return
        try:
            content = read_logo(Path(chosen))
        except Trouble as trouble:
            self.said.setText(str(trouble))
            return
        self.sponsor.set_error("")
        self._keep(
            lambda: self._extras.add_logo(name, content), f"The logo of {name} is in the report."
        )

    @Slot()
    def _remove(self) -> None:
        key = self.logos.current_key
        if key:
            self._keep(lambda: self._extras.remove_logo(UUID(key)), "The logo is removed.")

    def _keep(self, write: Callable[[], object], sentence: str) -> None:
        def kept(_done: object) -> None:
            self.said.setText(sentence)
            self.kept.emit(sentence)
            self._database.run(lambda: read_given(self._extras), self._paint, owner=self)

        self._database.run(write, kept, self._failed, owner=self)

    @Slot(object)
    def _failed(self, problem: Exception) -> None:
        self.said.setText(str(problem))
