"""Hands on the screen: before and after, side by side, with their bars and what they come to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.hands import (
    NO_HANDS,
    NOT_MEASURED,
    Count,
    Estimate,
    Hands,
    Moment,
    shift_words,
)
from facilitator.domain.sides import DEFAULT_SIDES, Side, Sides
from ui.kit import Bar, Label, SideMark
from ui.screens.notes_count import HandsPair
from ui.theme import SIDE_COLOURS


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
