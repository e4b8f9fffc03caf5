"""Hands on the screen: two numbers a side that count by Up and Down, and their bars."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from facilitator.domain.errors import Refused
from facilitator.domain.hands import (
    MOST,
    NO_HANDS,
    NOT_MEASURED,
    Count,
    Estimate,
    Hands,
    Moment,
    parse_shown,
    shift_words,
)
from facilitator.domain.sides import DEFAULT_SIDES, Side, Sides
from ui.kit import Bar, Label, SideMark
from ui.theme import BODY, HEADING, SIDE_COLOURS, font

#: how long Up and Down rest before what they counted is kept, in milliseconds
REST_MS = 700
_BY_EYE = {"n": Estimate.NONE, "f": Estimate.FEW, "h": Estimate.HALF, "m": Estimate.MOST,
           "a": Estimate.ALL}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A show of hands that a person kept: None takes the last one back."""

    moment: Moment
    side: str
    value: Count | Estimate | None


class _Number(QLineEdit):
    """A number that counts by Up and Down.

    Signals:
        stepped(int): Up (1) or Down (-1); Page Up and Down are tens.
        kept(): Enter.
        left_behind(): the keyboard went elsewhere.
        letter(str): a letter that is no digit.
        undo_wanted(): Ctrl+Z.
    """

    stepped = Signal(int)
    kept = Signal()
    left_behind = Signal()
    letter = Signal(str)
    undo_wanted = Signal()

    def __init__(self, name: str, *, size: int, weight: str, width: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFont(font(size, weight, tabular=True))
        self.setFixedSize(width, 48)
        self.setMaxLength(5)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1,
                 Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}  # fmt: skip
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in steps:
            self.stepped.emit(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.kept.emit()
        elif key == Qt.Key.Key_Z and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.undo_wanted.emit()
        elif plain and event.text().isprintable() and event.text() and not event.text().isdigit():
            self.letter.emit(event.text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left_behind.emit()


class HandsPair(QWidget):
    """Hands raised of people present, for one side at one moment.

    A letter says it by eye: n none, f a few, h half, m most, a all. Emptied, the last show of
    hands is taken back.

    Signals:
        shown(Shown): keep this.
        wrong(str): a sentence, or empty when all is well again.
        finished(): Enter, and nothing is wrong.
    """

    shown = Signal(object)
    wrong = Signal(str)
    finished = Signal()

    def __init__(self, side: Side, moment: Moment) -> None:
        super().__init__()
        self.side, self.moment = side, moment
        self._stored: Count | Estimate | None = None
        self._here = 0
        self._own_present = False
        name = f"{side.name}, {moment.value}"
        self.raised = _Number(f"{name}: hands", size=HEADING, weight="semibold", width=88)
        self.raised.setPlaceholderText("–")
        self.raised.setAccessibleDescription("Not measured")
        self.present = _Number(f"{name}: people present", size=BODY, weight="regular", width=64)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.raised)
        row.addWidget(Label("of", "second"))
        row.addWidget(self.present)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.keep)
        self.raised.stepped.connect(self._step)
        self.raised.kept.connect(self._enter)
        self.raised.left_behind.connect(self.keep)
        self.raised.letter.connect(self._letter)
        self.raised.textEdited.connect(self._edited)
        self.raised.undo_wanted.connect(self._undo)
        self.present.stepped.connect(self._step_present)
        self.present.kept.connect(self._enter)
        self.present.left_behind.connect(self.keep)
        self.present.textEdited.connect(self._present_edited)
        self.present.undo_wanted.connect(self._undo)

    @property
    def stored(self) -> Count | Estimate | None:
        """What stands on disk."""
        return self._stored

    def set_here(self, here: int) -> None:
        """How many of the side are checked in; of so many the next count is, unless a person says
        otherwise."""
        self._here = here
        if self._stored is None and not self._own_present and not self.present.hasFocus():
            self.present.setText(str(here) if here else "")

    def set_stored(self, value: Count | Estimate | None) -> None:
        """What stands on disk now; what somebody is typing stays."""
        changed = value != self._stored
        self._stored = value
        busy = self.raised.hasFocus() or self.present.hasFocus()
        if not changed and (busy or self.raised.property("bad") == "true"):
            return
        self._rest.stop()
        self._own_present = False
        if isinstance(value, Count):
            self.raised.setText(str(value.raised))
            self.present.setText(str(value.present))
        else:
            self.raised.setText(value.value if value else "")
            self.present.setText(str(self._here) if self._here else "")
        self.raised.setAccessibleDescription("" if value else "Not measured")
        self._say("")

    def forget(self) -> None:
        """Another note is shown: what was being typed is none of it."""
        self._rest.stop()
        self._stored = None
        self._own_present = False
        self.raised.clear()
        self.present.setText(str(self._here) if self._here else "")
        self._say("")

    @Slot()
    def keep(self) -> bool:
        """Keeps what is typed; whether nothing is wrong with it."""
        self._rest.stop()
        text, present = self.raised.text().strip(), self.present.text().strip()
        value: Count | Estimate | None = None
        if text:
            try:
                whole = f"{text}/{present}" if text.isdigit() and present.isdigit() else text
                value = parse_shown(whole, self._here)
            except Refused as wrong:
                self._say(wrong.happened)
                return False
        self._say("")
        if value != self._stored:
            self._stored = value
            self.raised.setAccessibleDescription("" if value else "Not measured")
            self.shown.emit(Shown(self.moment, self.side.key, value))
        return True

    @Slot()
    def _enter(self) -> None:
        # Whoever heard of it may have put the keyboard elsewhere: there it stays.
        if self.keep() and (self.raised.hasFocus() or self.present.hasFocus()):
            self.finished.emit()

    @Slot(int)
    def _step(self, by: int) -> None:
        text = self.raised.text().strip()
        most = int(self.present.text()) if self.present.text().isdigit() else MOST
        now = int(text) if text.isdigit() else 0 if by > 0 else 1
        self.raised.setText(str(min(max(now + by, 0), most)))
        self._say("")
        self._rest.start()

    @Slot(int)
    def _step_present(self, by: int) -> None:
        text = self.present.text().strip()
        now = int(text) if text.isdigit() else self._here
        self.present.setText(str(min(max(now + by, 1), MOST)))
        self._present_edited()
        self._rest.start()

    @Slot(str)
    def _letter(self, letter: str) -> None:
        if letter in "/ ":
            self.present.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        estimate = _BY_EYE.get(letter.casefold())
        if estimate is not None:
            self.raised.setText(estimate.value)
            self.keep()

    @Slot()
    def _edited(self) -> None:
        # A digit typed after "most" begins a count.
        text = self.raised.text()
        digits = "".join(c for c in text if c.isdigit())
        if text and text != digits:
            self.raised.setText(digits)
        self._say("")

    @Slot()
    def _present_edited(self) -> None:
        self._own_present = bool(self.present.text().strip())
        self._say("")

    @Slot()
    def _undo(self) -> None:
        self._rest.stop()
        if self._stored is not None:
            self.shown.emit(Shown(self.moment, self.side.key, None))

    def _say(self, sentence: str) -> None:
        bad = "true" if sentence else "false"
        if self.raised.property("bad") != bad:
            self.raised.setProperty("bad", bad)
            self.raised.style().unpolish(self.raised)
            self.raised.style().polish(self.raised)
        self.wrong.emit(f"{self.side.name}, {self.moment.value}: {sentence}" if sentence else "")


class _ShowBar(QWidget):
    """One moment of a side: a word, and a bar or what else is known."""

    def __init__(self, side: Side, moment: Moment) -> None:
        super().__init__()
        self._moment = moment
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        word = Label(moment.value.capitalize(), "side note")
        word.setFixedWidth(44)
        self._bar = Bar(
            tone=SIDE_COLOURS[side.position], letter=side.letter, height=16,
            outlined=moment is Moment.AFTER, name=f"{side.name}, {moment.value}",
        )  # fmt: skip
        self._said = Label(NOT_MEASURED, "side note")
        row.addWidget(word)
        row.addWidget(self._bar, 1)
        row.addWidget(self._said)
        row.addStretch(0)
        self.set_value(None, None)

    def set_value(self, count: Count | None, estimate: Estimate | None) -> None:
        """A count as a bar; anything else in words."""
        self._bar.setVisible(count is not None)
        if count is not None:
            self._bar.set_value(count.raised, count.present)
            self._said.setText(f"{count.percent:.0f} %")
        else:
            self._said.setText(estimate.words if estimate else NOT_MEASURED)
        self._said.setMinimumWidth(38 if count else 0)


class HandsPanel(QWidget):
    """Who believes it, before and after, by side.

    Signals:
        shown(Shown): a person counted.
        finished(Moment): Enter after the last side of a moment.
    """

    shown = Signal(object)
    finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(3, 1)
        hint = Label("Up, Down or type; Enter keeps", "side note")
        hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, word in enumerate(
            (Label("Who believes it?", "part"), Label("Before", "second"), Label("After", "second"),
             hint)
        ):  # fmt: skip
            self._grid.addWidget(word, 0, column)
        box.addLayout(self._grid)
        self._sum = Label("", "strong", elide=True)
        box.addWidget(self._sum)
        self._sides: Sides | None = None
        self._hint, self._narrow = hint, False
        self._hands = NO_HANDS
        self._here: dict[str, int] = {}
        self._rows: dict[str, list[QWidget]] = {}
        self._here_labels: dict[str, Label] = {}
        self._pairs: dict[tuple[str, Moment], HandsPair] = {}
        self._bars: dict[tuple[str, Moment], _ShowBar] = {}
        self._wrong: dict[str, str] = {}
        self.set_sides(DEFAULT_SIDES)

    @property
    def pairs(self) -> list[HandsPair]:
        """The pairs in sight: every side before, then every side after."""
        return [
            pair
            for moment in Moment
            for (_, at), pair in self._pairs.items()
            if at is moment and pair.isVisibleTo(self)
        ]

    @property
    def summary(self) -> str:
        """What the line beside the heading says."""
        return self._sum.text()

    @property
    def problem(self) -> str:
        """What is typed and cannot be, as a sentence; empty where nothing is."""
        return next((sentence for sentence in self._wrong.values() if sentence), "")

    def pair(self, side: str, moment: Moment) -> HandsPair:
        """The pair of a side and moment."""
        return self._pairs[side, moment]

    def set_sides(self, sides: Sides) -> None:
        """The event's sides."""
        if sides == self._sides:
            return
        self._sides = sides
        for widgets in self._rows.values():
            for widget in widgets:
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._rows, self._pairs, self._bars, self._here_labels = {}, {}, {}, {}
        for place, side in enumerate(sides):
            self._rows[side.key] = self._row(place, side)
        self._arrange()

    @property
    def numbers(self) -> list[QWidget]:
        """Every number to type, in the order of Tab: side by side, as they stand."""
        pairs = self._pairs.values()
        return [number for pair in pairs for number in (pair.raised, pair.present)]

    def set_here(self, here: dict[str, int]) -> None:
        """How many of each side are checked in."""
        self._here = dict(here)
        for key, label in self._here_labels.items():
            label.setText(f"{here.get(key, 0):,} in the room")
        for (key, _), pair in self._pairs.items():
            pair.set_here(here.get(key, 0))
        self._arrange()

    def set_hands(self, hands: Hands, *, fresh: bool = False) -> None:
        """What stands on disk; `fresh` where it is another note's."""
        self._hands = hands
        for (key, moment), pair in self._pairs.items():
            show = hands.of(key, moment)
            if fresh:
                pair.forget()
            pair.set_stored((show.count or show.estimate) if show else None)
            count, estimate = (show.count, show.estimate) if show else (None, None)
            self._bars[key, moment].set_value(count, estimate)
        if fresh:
            self._wrong = {}
        self._arrange()
        self._say()

    def set_narrow(self, narrow: bool) -> None:
        """Without bars where there is no room for them; the numbers stay."""
        self._narrow = narrow
        self._arrange()

    def keep(self) -> bool:
        """Keeps whatever is typed; whether nothing is wrong."""
        kept = [pair.keep() for pair in self.pairs]  # each of them, whatever the first one says
        return all(kept)

    def focus(self, moment: Moment) -> None:
        """Puts the keyboard at the first side of a moment."""
        self.pairs[0 if moment is Moment.BEFORE else len(self.pairs) // 2].raised.setFocus(
            Qt.FocusReason.ShortcutFocusReason
        )

    def _row(self, place: int, side: Side) -> list[QWidget]:
        name = QWidget()
        line = QHBoxLayout(name)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(SideMark(side, 24))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(Label(side.name, "strong", elide=True))
        here = Label("0 in the room", "side note", tabular=True)
        self._here_labels[side.key] = here
        words.addWidget(here)
        words.addStretch(1)
        line.addLayout(words, 1)
        name.setFixedWidth(184)
        widgets: list[QWidget] = [name]
        bars = QWidget()
        stack = QVBoxLayout(bars)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(6)
        for moment in Moment:
            pair = HandsPair(side, moment)
            pair.shown.connect(self.shown)
            pair.wrong.connect(self._told_wrong)
            pair.finished.connect(self._pair_finished)
            self._pairs[side.key, moment] = pair
            bar = _ShowBar(side, moment)
            self._bars[side.key, moment] = bar
            stack.addWidget(bar)
            widgets.append(pair)
        widgets.append(bars)
        for column, widget in enumerate(widgets):
            self._grid.addWidget(widget, place + 1, column)
        return widgets

    def _arrange(self) -> None:
        """The third side is there only where it has people or hands."""
        if self._sides is None:
            return
        key = self._sides.third.key
        wanted = bool(self._here.get(key)) or key in self._hands.sides
        for widget in self._rows[key]:
            widget.setVisible(wanted)
        self._hint.setVisible(not self._narrow)
        for at, widgets in self._rows.items():
            widgets[-1].setVisible(not self._narrow and (at != key or wanted))

    @Slot(str)
    def _told_wrong(self, sentence: str) -> None:
        pair = self.sender()
        if isinstance(pair, HandsPair):
            self._wrong[f"{pair.side.key} {pair.moment}"] = sentence
            self._say()

    @Slot()
    def _pair_finished(self) -> None:
        pair = self.sender()
        pairs = self.pairs
        if not isinstance(pair, HandsPair) or pair not in pairs:
            return
        at = pairs.index(pair)
        if at + 1 < len(pairs) and pairs[at + 1].moment is pair.moment:
            pairs[at + 1].raised.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.finished.emit(pair.moment)

    def _say(self) -> None:
        wrong = self.problem
        self._sum.set_tone("bad" if wrong else "ink")
        self._sum.setText(wrong or _sum_words(self._hands))


def _sum_words(hands: Hands) -> str:
    """ "58 of 90 before, 21 of 90 after: 41.1 percentage points fewer believe it." A side that was
    counted only once makes it "so far", without a shift."""
    before, after = hands.room(Moment.BEFORE), hands.room(Moment.AFTER)
    if before is None and after is None:
        return (
            "Judged by eye: no figure is made of it." if hands.shows else "Hands not yet counted."
        )
    if after is None:
        return f"{before.words} before." if before else ""
    if before is None:
        return f"Not measured before, {after.words} after."
    once = [s for s in hands.sides if any(hands.count(s, m) for m in Moment)]
    if set(once) != set(hands.compared):
        return f"{before.words} before, {after.words} so far."
    return f"{before.words} before, {after.words} after: {shift_words(hands.room_shift)}."
