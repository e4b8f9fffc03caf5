"""After: the report as it will be, what leaves the laptop, and the end of personal data."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from facilitator.domain.changes import Changes
from facilitator.domain.text import counted, fold
from facilitator.services.followup import FollowUp
from facilitator.services.privacy import HeldNow, HeldPart, Purged
from facilitator.services.report import Written
from ui.kit import Button, Card, Choice, Icon, Label, Message, Option, Row, Scroll, announce
from ui.screens.after_course import ReportCourse
from ui.screens.after_extras import ExtrasDialog, Given, read_given
from ui.screens.after_held import ForOne, HeldDialog, joined_rows
from ui.screens.after_preview import PagePreview, first_page
from ui.screens.after_remove import RemoveDialog
from ui.screens.after_words import (
    AfterState,
    headline,
    held_words,
    lines,
    list_rows,
    names_words,
    short_day,
)
from ui.screens.ask_where import AskFile, ask_file
from ui.screens.screen import Screen, Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from facilitator.domain.people import Person
    from facilitator.services.comparing import ComparingService
    from facilitator.services.events import EventService
    from facilitator.services.exports import Certificates, ExportService
    from facilitator.services.followup import FollowUpService
    from facilitator.services.people_index import Found
    from facilitator.services.privacy import PrivacyService
    from facilitator.services.report import ReportService
    from facilitator.services.report_extras import ReportExtras

_SHEETS = "Spreadsheet (*.xlsx);;JSON (*.json);;Markdown (*.md)"
_HELD = "PDF (*.pdf);;JSON (*.json)"
#: narrower than this the page makes room for the words
_ROOMY = 960
_GAP = 24


def ask_folder(parent: QWidget, title: str, name: str, _kinds: str) -> str:
    """A folder to fill: one of that name inside the one that is chosen."""
    chosen = QFileDialog.getExistingDirectory(parent, title)
    return str(Path(chosen) / name) if chosen else ""


class AfterScreen(Screen):
    """What the report says, the exports, the follow-up lists and personal data."""

    areas = (
        Changes.EVENT | Changes.PEOPLE | Changes.ARRIVALS | Changes.SEATS | Changes.PROGRAMME
        | Changes.CLOCK | Changes.NOTES
    )  # fmt: skip

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> AfterScreen:
        """The screen of an open event."""
        screen = cls(around, app.event, app.report, app.exports, app.follow_up, app.privacy,
                     extras=app.report_extras)  # fmt: skip
        screen.comparing = lambda: app.comparing
        screen.find_people = app.people.search
        return screen

    def __init__(
        self, around: Surroundings, event: EventService, report: ReportService,
        exports: ExportService, follow_up: FollowUpService, privacy: PrivacyService,
        *, extras: ReportExtras, ask_file: AskFile = ask_file, ask_folder: AskFile = ask_folder,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(around, parent)
        self._event, self._report, self._exports = event, report, exports
        self._follow_up, self._privacy = follow_up, privacy
        self._extras = extras
        self.extras_dialog: ExtrasDialog | None = None
        self._ask_file, self._ask_folder = ask_file, ask_folder
        #: what reads earlier events beside this one; made when it is wanted
        self.comparing: Callable[[], ComparingService] | None = None
        #: finds people by what was typed, for what is held about one of them
        self.find_people: Callable[[str], Sequence[Found]] | None = None
        self._state: AfterState | None = None
        self._drafts = 0
        self._wanted = ""
        self.dialog: RemoveDialog | None = None
        self.held_dialog: HeldDialog | None = None
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(_GAP)
        whole.addLayout(self._build_left(), 1)
        whole.addWidget(self._build_right())

    # -- building -------------------------------------------------------------------------------

    def _build_left(self) -> QVBoxLayout:
        left = QVBoxLayout()
        left.setSpacing(16)
        said = QVBoxLayout()
        said.setSpacing(4)
        self._headline = Label("", "heading", wrap=True)
        self._lead = Label("", "lead", wrap=True)
        said.addWidget(self._headline)
        said.addWidget(self._lead)
        left.addLayout(said)
        middle = QHBoxLayout()
        middle.setSpacing(_GAP)
        self._paper = Card("mist", margin=20)
        self._paper.setFixedWidth(368)
        self._preview = PagePreview()
        self._paper.box.addWidget(self._preview, 1)
        middle.addWidget(self._paper)
        middle.addWidget(self._build_says(), 1)
        left.addLayout(middle, 1)
        acts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        acts.setSpacing(8)
        self._acts = acts
        self.make = Button("Make the report", key="Ctrl+P", icon="file-pdf", kind="main", desk=True)
        self.make.clicked.connect(self._make_pdf)
        self.word = Button("Word document", key="Ctrl+Shift+P", icon="file-text", desk=True)
        self.word.clicked.connect(self._make_word)
        acts.addWidget(self.make)
        acts.addWidget(self.word)
        self.give = Button("Quote and logos…", icon="quotes", desk=True)
        self.give.clicked.connect(self._ask_extras)
        acts.addWidget(self.give)
        acts.addStretch(1)
        left.addLayout(acts)
        return left

    def _build_says(self) -> Scroll:
        says = Scroll(spacing=8)
        says.box.addWidget(Label("What the report says", "part"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        self._said: list[tuple[Icon, Label, Label]] = []
        says.box.addLayout(self._grid)
        says.box.addSpacing(8)
        says.box.addWidget(Label("People in the notes", "strong"))
        self.attribution = Choice(
            [Option("named", "Named"), Option("role", "Role"), Option("none", "None")],
            name="People in the notes", value="role",
        )  # fmt: skip
        self.attribution.chosen.connect(self._attribution_chosen)
        says.box.addWidget(self.attribution)
        self._attribution_note = Label("", "side note", wrap=True)
        says.box.addWidget(self._attribution_note)
        says.box.addStretch(1)
        return says

    def _build_right(self) -> Scroll:
        right = Scroll(spacing=6)
        right.setFixedWidth(344)
        self._right = right
        head = QHBoxLayout()
        head.addWidget(Label("Follow-up lists", "part"), 1)
        self.export = Button("Export", key="Ctrl+E", icon="download-simple")
        self.export.setAccessibleName("Export the follow-up lists")
        self.export.clicked.connect(self._export_lists)
        head.addWidget(self.export)
        right.box.addLayout(head)
        self._lists = QGridLayout()
        self._lists.setHorizontalSpacing(16)
        self._lists.setVerticalSpacing(4)
        self._lists.setColumnStretch(0, 1)
        self._listed: list[Label] = []
        right.box.addLayout(self._lists)
        self._lists_note = Label("", "side note", wrap=True)
        right.box.addWidget(self._lists_note)
        right.box.addSpacing(4)
        named = QHBoxLayout()
        named.addWidget(Label("Other exports", "part"), 1)
        self._exports_note = Label("", "side note")
        named.addWidget(self._exports_note, 0, Qt.AlignmentFlag.AlignBottom)
        right.box.addLayout(named)
        grid = QGridLayout()
        grid.setSpacing(8)
        self.spreadsheet = Button("Spreadsheet", icon="table", spread=True)
        self.calendar = Button("Calendar", icon="calendar-blank", spread=True)
        self.csv = Button("Folder of CSV", icon="folder-open", spread=True)
        self.certificates = Button("Certificates", icon="graduation-cap", spread=True)
        for place, (button, slot) in enumerate((
            (self.spreadsheet, self._export_sheet), (self.calendar, self._export_calendar),
            (self.csv, self._export_csv), (self.certificates, self._export_certificates),
        )):  # fmt: skip
            button.clicked.connect(slot)
            grid.addWidget(button, place // 2, place % 2)
        self.compare = Button("Beside earlier events…", icon="chart-bar", spread=True)
        self.compare.clicked.connect(self.show_compare)
        grid.addWidget(self.compare, 2, 0, 1, 2)
        right.box.addLayout(grid)
        right.box.addStretch(1)
        right.box.addWidget(self._build_personal())
        return right

    def _build_personal(self) -> Card:
        card = Card("mist")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Icon("shield-check", size=24))
        head.addWidget(Label("Personal data", "part"), 1)
        card.box.addLayout(head)
        self._held = Label("", "second", wrap=True)
        card.box.addWidget(self._held)
        self.keep_until = Button("Remove it later", icon="calendar-check", spread=True)
        self.keep_until.clicked.connect(self._keep_proposed)
        self.keep_until.hide()
        card.box.addWidget(self.keep_until)
        self.what_is_held = Button("What is held, and why…", icon="clipboard-text", spread=True)
        self.what_is_held.clicked.connect(self._ask_what_is_held)
        card.box.addWidget(self.what_is_held)
        self.remove = Button("Remove personal data…", icon="trash", kind="danger", spread=True)
        self.remove.clicked.connect(self._ask_removal)
        card.box.addWidget(self.remove)
        return card

    # -- reading --------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the figures, then draw the first page on the heavy lane."""
        self.around.database.run(partial(self._read, self.attribution.value), self._paint)

    def shown(self) -> None:
        """The keyboard belongs to the main act."""
        self.make.setFocus()

    def _read(self, attribution: str) -> AfterState:
        figures = self._report.figures(attribution)
        return AfterState(
            figures, self._follow_up.counts(), self._privacy.held(),
            self._report.names_in_notes(), self._event.get().local(self.around.clocks.now()).date(),
        )  # fmt: skip

    @Slot(object)
    def _paint(self, state: AfterState) -> None:
        self._state = state
        sentence, lead = headline(state)
        self._headline.setText(sentence)
        self._lead.setText(lead)
        self._paint_says(state)
        self._paint_lists(state)
        self._held.setText(held_words(state.held))
        proposed = state.held.proposed
        self.keep_until.setVisible(proposed is not None)
        if proposed is not None:
            self.keep_until.setText(f"Remove it by {short_day(proposed)}")
        if state.held.people:
            self.remove.allow()
        else:
            self.remove.refuse("Nothing is held")
        gone = state.held.purged_at is not None and not state.held.people
        can = (
            (
                self.certificates,
                state.figures.came and state.held.people,
                "Names are removed" if gone else "Nobody came yet",
            ),
            (
                self.export,
                any(one.agreed for one in state.lists),
                "Names are removed" if gone else "Nobody agreed yet",
            ),
            (self.make, state.figures.expected, "No report yet"),
            (self.word, state.figures.expected, "No Word document yet"),
        )
        for button, allowed, why in can:
            button.allow() if allowed else button.refuse(why)
        inside = state.figures.attribution == "named" and state.figures.names_inside
        self._exports_note.setText(names_words(inside))
        self.certificates.setAccessibleDescription("They name everybody who came.")
        self.certificates.setToolTip("They name everybody who came.")
        self._attribution_note.setText(_ATTRIBUTION_NOTES[state.figures.attribution])
        self._draw_page(state)

    def _paint_says(self, state: AfterState) -> None:
        for row, line in enumerate(lines(state)):
            if row == len(self._said):
                made = (Icon("check-circle-fill", size=20), Label("", "strong"),
                        Label("", "second", wrap=True))  # fmt: skip
                self._grid.setRowMinimumHeight(row, 40)
                for column, widget in enumerate(made):
                    self._grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignVCenter)
                self._said.append(made)
            icon, title, words = self._said[row]
            icon.set_icon(*_ICONS[line.state])
            title.setText(line.title)
            words.setText(line.words)

    def _paint_lists(self, state: AfterState) -> None:
        for label in self._listed:
            label.hide()
            label.deleteLater()
        self._listed = []
        rows = list_rows(state.lists)
        right = Qt.AlignmentFlag.AlignRight
        for row, one in enumerate(rows):
            parts = (
                Label(one.borough, "strong", elide=True),
                Label(f"{one.came} came", "second", tabular=True),
                Label(f"{one.agreed} agreed", "second", tabular=True),
            )
            self._lists.setRowMinimumHeight(row, 28)
            for column, label in enumerate(parts):
                if column:
                    self._lists.addWidget(label, row, column, right)
                else:
                    self._lists.addWidget(label, row, column)
            self._listed += parts
        self._lists_note.setText(
            "Only those who agreed are in a list. Names are inside."
            if any(one.agreed for one in rows)
            else "Nobody who agreed is held, so nobody is in a list." if rows
            else "Those who came and agreed to be kept in touch will be listed here, by borough."
        )  # fmt: skip

    def _draw_page(self, state: AfterState) -> None:
        if not state.figures.expected:
            self._preview.show_words("The first page of the report will be here.")
            return
        self._drafts += 1
        drawing = partial(self._draft, self._drafts, state.figures.attribution)
        self.around.heavy.run(drawing, self._show_page, self._no_page)

    def _draft(self, number: int, attribution: str) -> tuple[int, bytes]:
        with tempfile.TemporaryDirectory(prefix="facilitator-") as folder:
            path = self._report.draft(Path(folder) / "draft.pdf", attribution=attribution)
            return number, path.read_bytes()

    @Slot(object)
    def _show_page(self, drawn: tuple[int, bytes]) -> None:
        number, data = drawn
        if number == self._drafts and self._state is not None:
            self._preview.show_page(first_page(data), " ".join(headline(self._state)))

    @Slot(object)
    def _no_page(self, problem: Exception) -> None:
        self._preview.show_words(f"The first page could not be drawn. {problem}")

    def minimumSizeHint(self) -> QSize:
        """As without the page, which goes where there is no room for it."""
        whole = super().minimumSizeHint()
        page = self._paper.width() + _GAP if self._paper.isVisibleTo(self) else 0
        return QSize(whole.width() - page, whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= _ROOMY
        self._paper.setVisible(roomy)
        # a low window also has a scroll bar here
        self._right.setFixedWidth(344 if roomy else 340)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._acts.setDirection(across if roomy else down)

    # -- acts -----------------------------------------------------------------------------------

    @Slot(str)
    def _attribution_chosen(self, _key: str) -> None:
        self.reload_soon()

    @Slot()
    def _make_pdf(self) -> None:
        self._make_report("report.pdf", "PDF (*.pdf)")

    @Slot()
    def _make_word(self) -> None:
        self._make_report("report.docx", "Word (*.docx)")

    def _make_report(self, name: str, kinds: str) -> None:
        path = self._asked("Make the report", name, kinds, self._ask_file)
        if path is not None:
            attribution, course = self.attribution.value, ReportCourse(self)
            self.tell("info", "The report is being made.")
            self.around.heavy.run(
                lambda: self._report.write(path, attribution=attribution, progress=course.step),
                partial(self._report_made, course), course.failed, owner=self,
            )  # fmt: skip

    def _report_made(self, course: ReportCourse, done: Written) -> None:
        course.over()
        self._written("The report", done)

    @Slot()
    def _ask_extras(self) -> None:
        self.around.database.run(partial(read_given, self._extras), self._show_extras)

    @Slot(object)
    def _show_extras(self, given: Given) -> None:
        self.extras_dialog = ExtrasDialog(self._extras, given, self.around.database, self)
        self.extras_dialog.open()

    @Slot()
    def _export_sheet(self) -> None:
        self._export("Spreadsheet", "day.xlsx", _SHEETS, self._ask_file)

    @Slot()
    def _export_calendar(self) -> None:
        self._export("Calendar", "day.ics", "Calendar (*.ics)", self._ask_file)

    @Slot()
    def _export_csv(self) -> None:
        self._export("Folder of CSV", "csv", "", self._ask_folder)

    def _export(self, title: str, name: str, kinds: str, ask: AskFile) -> None:
        path = self._asked(title, name, kinds, ask)
        if path is not None:
            attribution = self.attribution.value
            self._work("The export", lambda: self._exports.write(path, attribution))

    @Slot()
    def _export_certificates(self) -> None:
        path = self._asked("Certificates", "certificates.pdf", "PDF (*.pdf)", self._ask_file)
        if path is not None:
            self._work("The certificates", lambda: self._exports.certificates(path))

    @Slot()
    def show_compare(self) -> None:
        """This event beside earlier ones, in a window of its own."""
        from ui.screens.compare import CompareDialog

        if self.comparing is None:
            return
        dialog = CompareDialog(self.around, self.comparing(), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.said.connect(self.said)
        dialog.open()

    @Slot()
    def _export_lists(self) -> None:
        path = self._asked("Follow-up lists", "follow-up", "", self._ask_folder)
        if path is not None:
            self._work("The follow-up lists", lambda: self._follow_up.write(path))

    def _asked(self, title: str, name: str, kinds: str, ask: AskFile) -> Path | None:
        called = self._state.figures.name if self._state else ""
        stem = fold(called).replace(" ", "-")[:60]
        chosen = ask(self, title, f"{stem}-{name}" if stem else name, kinds)
        return Path(chosen) if chosen else None

    def _work(self, what: str, write: Callable[[], Any]) -> None:
        self.tell("info", f"{what} {'are' if what.endswith('s') else 'is'} being made.")
        self.around.heavy.run(write, partial(self._written, what), owner=self)

    def _written(self, what: str, done: Written | Certificates | FollowUp) -> None:
        match done:
            case Written():
                path, inside, more = done.path, done.names_inside, ""
            case FollowUp():
                path, inside = done.folder, done.agreed > 0
                more = f" with {counted(done.agreed, 'person', 'people')}"
            case _:
                path, inside = done.written.path, True
                more = f" for {counted(done.people, 'person', 'people')}"
        verb = "are" if what.endswith("s") else "is"
        sentence = f"{what}{more} {verb} saved as “{path.name}”. {names_words(inside)}"
        announce(self, sentence)
        about = "report" if what == "The report" else ""
        opens = partial(_open, path)
        self.said.emit(Message("done", sentence, act="Open", do=opens, about=about))
        self.reload_soon()

    # -- personal data --------------------------------------------------------------------------

    @Slot()
    def _keep_proposed(self) -> None:
        day = self._state.held.proposed if self._state is not None else None
        if day is not None:
            self._keep_day(day)
            self.tell("done", f"You will be reminded to remove personal data on {short_day(day)}.")

    @Slot()
    def _ask_what_is_held(self) -> None:
        self.around.database.run(
            lambda: (
                self._privacy.held(), self._privacy.inventory(),
                joined_rows(self._privacy.joined(), self._event.get().local),
            ),
            self._show_what_is_held, owner=self,
        )  # fmt: skip

    def _find(self, text: str) -> Sequence[Person]:
        return [one.person for one in self.find_people(text)] if self.find_people else []

    @Slot(object)
    def _show_what_is_held(
        self, found: tuple[HeldNow, tuple[HeldPart, ...], tuple[Row, ...]]
    ) -> None:
        one = ForOne(
            self._find, self._privacy.write_access, self._privacy.erase,
            lambda name: self._asked("What is held", name, _HELD, self._ask_file),
        )  # fmt: skip
        held, parts, joined = found
        self.held_dialog = HeldDialog(held, parts, one, self.around.database, self, joined)
        self.held_dialog.wanted.connect(self._save_what_is_held)
        self.held_dialog.open()

    @Slot()
    def _save_what_is_held(self) -> None:
        path = self._asked("What is held", "held.pdf", "PDF (*.pdf)", self._ask_file)
        if path is not None:
            self._work(
                "The page", lambda: Written(self._privacy.write_inventory(path), False)
            )  # fmt: skip

    @Slot()
    def _ask_removal(self) -> None:
        if self._state is None:
            return
        self.dialog = RemoveDialog(self._state.held, self)
        self.dialog.day_kept.connect(self._keep_day)
        self.dialog.accepted.connect(self._remove)
        self.dialog.open()

    @Slot(object)
    def _keep_day(self, day: date | None) -> None:
        text = day.isoformat() if day else ""
        self.around.database.run(lambda: self._event.set(keep_until=text))

    @Slot()
    def _remove(self) -> None:
        keeps = self.dialog is not None and self.dialog.keeps_agreed
        self.tell("info", "Personal data is being removed.")
        self.around.database.run(
            lambda: self._privacy.purge(keep_consented=keeps), self._removed, owner=self
        )

    @Slot(object)
    def _removed(self, done: Purged) -> None:
        if done.unreached:
            first = done.unreached[0]
            self.tell(
                "careful",
                f"Personal data is removed from the event, but not from “{first.path.name}”: "
                f"{first.why}",
            )
            return
        text = f"Personal data of {counted(done.people, 'person', 'people')} is removed"
        text += f", and from {counted(len(done.copies), 'copy', 'copies')}" if done.copies else ""
        if done.documents:
            names = ", ".join(f"“{path.name}”" for path in done.documents[:3])
            self.tell("careful", f"{text}. Still to delete by hand: {names}.")
        else:
            self.tell("done", f"{text}. The figures were kept.")


_ICONS = {
    "done": ("check-circle-fill", "ink"),
    "none": ("circle", "muted"),
    "careful": ("warning-fill", "attention"),
}
_ATTRIBUTION_NOTES = {
    "named": "A name stands only where whoever said it agreed to be named.",
    "role": "Role and borough, or only the side where fewer than five share them.",
    "none": "What was said, and nothing of who said it.",
}


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
