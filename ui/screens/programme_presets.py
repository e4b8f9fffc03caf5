"""A way of working put into the programme: which one, how long, where, and what that does."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from facilitator.domain.board import Board
from facilitator.domain.errors import Trouble
from facilitator.domain.schedule import Place
from facilitator.domain.text import counted
from facilitator.intake.presets import Preset
from facilitator.services.presets import Inserted, PresetService, Preview, TakenBack, Wanted
from ui.kit import (
    Button,
    Card,
    Choice,
    Field,
    Icon,
    Label,
    Message,
    Option,
    PickerField,
    Row,
    RowList,
    Scroll,
    Tick,
)
from ui.lanes import FAULT
from ui.screens.inner_page import InnerPage
from ui.screens.screen import Surroundings

#: how long after the last key the preview is made, in milliseconds
_PAUSE_MS = 150
#: for how long what was put in can be taken back from the message, in seconds
_REGRET = 12.0


class PresetPage(InnerPage):
    """Presets, their minutes and rounds, and a preview of the day with one put in.

    Signals:
        left(): back without a change.
        put(object): the id of the first session that was put in.
        said(object): a Message for the window's bar.
    """

    put = Signal(object)
    said = Signal(object)

    def __init__(
        self, around: Surroundings, service: PresetService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._around, self._service = around, service
        self._presets: tuple[Preset, ...] = ()
        self._asked = 0
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(Label("Put in a way of working", "heading"))
        scroll = Scroll(spacing=8)
        box.addWidget(scroll, 1)
        self.preset = PickerField("Way of working")
        self.before = PickerField("Before")
        for picker in (self.preset.edit, self.before.edit):
            # A long title must not widen the page.
            picker.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            picker.setMinimumContentsLength(16)
        scroll.box.addLayout(_across((self.preset, 1), (self.before, 1)))
        self._words = Label("", "second", wrap=True)
        scroll.box.addWidget(self._words)
        self.rounds = Field("Rounds")
        self.minutes = Field("Minutes")
        self.span = Choice(
            [Option("total", "In all"), Option("each", "A round")],
            name="Minutes in all, or of a round", value="total",
        )  # fmt: skip
        # Room for the tick of whichever is chosen.
        self.span.setMinimumWidth(224)
        self.auto = Tick("Go on by itself at the bell")
        self._numbers = _across((self.rounds, 1), (self.minutes, 1), (self.span, 0))
        self._numbers.setAlignment(self.span, Qt.AlignmentFlag.AlignBottom)
        scroll.box.addLayout(self._numbers)
        scroll.box.addWidget(self.auto)
        self._sum = Label("", "strong", wrap=True)
        scroll.box.addWidget(self._sum)
        self._moves = Label("", "body", wrap=True)
        scroll.box.addWidget(self._moves)
        self._danger = Card("careful-soft", margin=12, spacing=8, horizontal=True)
        self._danger.box.addWidget(Icon("warning-fill", tone="on-careful-soft"))
        self._danger_words = Label("", "strong", tone="on-careful-soft", wrap=True)
        self._danger.box.addWidget(self._danger_words, 1)
        self._danger.hide()
        scroll.box.addWidget(self._danger)
        self._cares = Label("", "second", wrap=True)
        scroll.box.addWidget(self._cares)
        self.list = RowList(name="Sessions that are put in")
        self.list.setMinimumHeight(176)
        scroll.box.addWidget(self.list, 1)
        self._wrong = Label("", "body", tone="bad", wrap=True)
        self._wrong.hide()
        box.addWidget(self._wrong)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self._take = Button("Put it in", key="Ctrl+Enter", icon="check", kind="main", desk=True)
        self._take.clicked.connect(self._insert)
        back = Button("Cancel", key="Esc", desk=True, hint_only=True)
        back.clicked.connect(self.left)
        acts.addWidget(self._take)
        acts.addWidget(back)
        acts.addWidget(Label("One undo takes all of it back.", "second", elide=True), 1)
        box.addLayout(acts)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._look)
        self.preset.edit.currentIndexChanged.connect(self._chosen)
        self.before.edit.currentIndexChanged.connect(self._changed)
        for field in (self.rounds, self.minutes):
            field.changed.connect(self._changed)
        self.span.chosen.connect(self._span_chosen)
        self.auto.toggled.connect(self._changed)

    def begin(self, board: Board, chosen: UUID | None) -> None:
        """Show the presets; the place is before the session `chosen` in the list, or before the
        first that is still to be where that one is on or has been."""
        self._presets = self._service.presets()
        coming = [entry for place, entry in enumerate(board.times) if place >= _first_open(board)]
        self._quietly(self.before, [
            *((entry.session.title, entry.session.id) for entry in coming),
            ("At the end of the day", None),
        ])  # fmt: skip
        order = [entry.session.id for entry in board.times]
        keys = [entry.session.id for entry in coming]
        place = len(keys)
        if chosen is not None and chosen in order:
            place = keys.index(chosen) if chosen in keys else 0
        self._index(self.before, place)
        self._quietly(self.preset, [(one.name, one.key) for one in self._presets])
        self._index(self.preset, 0)
        self._chosen()
        self.preset.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def wrong(self) -> str:
        """Why what was chosen was refused; empty where it was not."""
        return self._wrong.text() if not self._wrong.isHidden() else ""

    # -- choosing -------------------------------------------------------------------------------

    @property
    def _preset(self) -> Preset | None:
        place = self.preset.edit.currentIndex()
        return self._presets[place] if 0 <= place < len(self._presets) else None

    @Slot()
    def _chosen(self) -> None:
        preset = self._preset
        if preset is None:
            return
        self._words.setText(f"{preset.words}.")
        for widget in (self.rounds, self.span):
            widget.setVisible(preset.repeats)
        if not preset.repeats and self.span.value != "total":
            self.span.choose("total")
        self.auto.setVisible(any(step.session.auto for step in preset.steps))
        for widget in (self.rounds, self.minutes, self.auto):
            widget.blockSignals(True)
        self.rounds.set_text(str(preset.rounds))
        self.auto.setChecked(True)
        self._usual(preset)
        for widget in (self.rounds, self.minutes, self.auto):
            widget.blockSignals(False)
        self._look()

    def _usual(self, preset: Preset) -> None:
        in_all = self.span.value == "total"
        rounds = _number(self.rounds.text) or preset.rounds
        self.minutes.set_text(str(preset.minutes(rounds) if in_all else preset.each))

    @Slot(str)
    def _span_chosen(self, _: str) -> None:
        preset = self._preset
        if preset is not None:
            self.minutes.blockSignals(True)
            self._usual(preset)
            self.minutes.blockSignals(False)
        self._look()

    @Slot()
    def _changed(self) -> None:
        # Until it was looked at again, what is shown is not what would be put in.
        self._take.refuse("Looking at the day")
        self._soon.start()

    def _wanted(self) -> Wanted | None:
        """What is chosen, or None where a field says why not."""
        preset = self._preset
        if preset is None:
            return None
        numbers: list[int | None] = []
        for field, what in ((self.rounds, "rounds"), (self.minutes, "minutes")):
            number = _number(field.text) if not field.isHidden() else preset.rounds
            field.set_error("" if number is not None else f"A number of {what}, like 3.")
            numbers.append(number)
        rounds, minutes = numbers
        if rounds is None or minutes is None:
            return None
        in_all = self.span.value == "total"
        return Wanted(
            preset.key, rounds, minutes if in_all else None, None if in_all else minutes,
            self.auto.isChecked(), self.before.edit.currentData(),
        )  # fmt: skip

    # -- the preview ----------------------------------------------------------------------------

    @Slot()
    def _look(self) -> None:
        self._soon.stop()
        wanted = self._wanted()
        self._asked += 1
        if wanted is None:
            self._say_wrong("Type a number first.", show=False)
            return
        asked = self._asked
        self._around.database.run(
            lambda: (asked, self._service.preview(wanted)), self._show, self._refused, owner=self
        )

    @Slot(object)
    def _show(self, read: tuple[int, Preview]) -> None:
        asked, preview = read
        if asked != self._asked:
            return
        self._wrong.hide()
        self._take.allow()
        self._sum.setText(
            f"{counted(len(preview.sessions), 'session')}, {counted(preview.minutes, 'minute')}: "
            f"{preview.starts[0]:%H:%M} to {preview.ends:%H:%M}."
        )
        self._moves.setText(" ".join(preview.moves))
        self._moves.setVisible(bool(preview.moves))
        cares = list(preview.cares)
        self._danger.setVisible(preview.endangered)
        if preview.endangered:
            self._danger_words.setText(cares.pop(0))
        self._cares.setText(" ".join(cares))
        self._cares.setVisible(bool(cares))
        self.list.set_rows([
            Row(
                place, f"{starts:%H:%M}  {one.title}", one.note,
                counted(one.minutes, "minute"),
            )
            for place, (one, starts) in enumerate(
                zip(preview.sessions, preview.starts, strict=True)
            )
        ])  # fmt: skip

    @Slot(object)
    def _refused(self, trouble: Exception) -> None:
        self._say_wrong(str(trouble) if isinstance(trouble, Trouble) else FAULT)

    def _say_wrong(self, sentence: str, *, show: bool = True) -> None:
        self._wrong.setText(sentence)
        self._wrong.setVisible(show)
        self._take.refuse(sentence)
        for label in (self._sum, self._moves, self._cares):
            label.setText("")
        self._danger.hide()
        self.list.set_rows([])

    # -- putting in -----------------------------------------------------------------------------

    @Slot()
    def _insert(self) -> None:
        wanted = self._wanted()
        if wanted is not None and not self._soon.isActive():
            self._around.database.run(
                lambda: self._service.insert(wanted), self._done, self._refused, owner=self
            )

    @Slot(object)
    def _done(self, inserted: Inserted) -> None:
        self.put.emit(inserted.first)
        self.said.emit(
            Message(
                "done", inserted.sentence, act="Take it back", seconds=_REGRET,
                do=lambda: self._around.database.run(
                    lambda: self._service.take_back(inserted), self._back, self._not_back,
                    owner=self,
                ),
            )
        )  # fmt: skip

    @Slot(object)
    def _back(self, taken: TakenBack) -> None:
        kept = (
            f" {counted(len(taken.kept), 'round')} of the seating stays, because somebody sits "
            "there."
            if taken.kept
            else ""
        )
        self.said.emit(Message("done", f"The programme is as it was.{kept}"))

    @Slot(object)
    def _not_back(self, trouble: Exception) -> None:
        self.said.emit(Message("careful", str(trouble) if isinstance(trouble, Trouble) else FAULT))

    @staticmethod
    def _quietly(field: PickerField, rows: Iterable[tuple[str, object]]) -> None:
        field.edit.blockSignals(True)
        field.edit.clear()
        for text, data in rows:
            field.edit.addItem(text, data)
        field.edit.blockSignals(False)

    @staticmethod
    def _index(field: PickerField, place: int) -> None:
        field.edit.blockSignals(True)
        field.edit.setCurrentIndex(place)
        field.edit.blockSignals(False)


def _first_open(board: Board) -> int:
    """The first place before which something can still be put in."""
    done = [
        place for place, entry in enumerate(board.times)
        if entry.place in {Place.NOW, Place.DONE}
    ]  # fmt: skip
    return done[-1] + 1 if done else 0


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else None


def _across(*widgets: tuple[QWidget, int]) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(16)
    line.setSizeConstraint(QLayout.SizeConstraint.SetDefaultConstraint)
    for widget, share in widgets:
        line.addWidget(widget, share)
    return line
