"""What the desk glances at: the balance of the room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.services.events import Event
from facilitator.services.room_balance import Balance, SideCount
from ui.kit import Bar, Card, Label, SideMark
from ui.theme import SIDE_COLOURS, font


class RoomCard(Card):
    """Who is here of those expected, by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=16, spacing=4, parent=parent)
        head = QHBoxLayout()
        head.addWidget(Label("The room", "part"), 1, Qt.AlignmentFlag.AlignBottom)
        self._here = Label("0", "word", tabular=True)
        self._here.setFont(font(36, "semibold", tabular=True))
        self._of = Label("of 0 here", "second")
        head.addWidget(self._here, 0, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self._of, 0, Qt.AlignmentFlag.AlignBottom)
        self.box.addLayout(head)
        self._sides = QVBoxLayout()
        self._sides.setSpacing(4)
        self.box.addLayout(self._sides)
        self._parts: dict[str, _SidePart] = {}

    def show_balance(self, event: Event, balance: Balance) -> None:
        """Shows the counts."""
        self._here.setText(f"{balance.here:,}")
        self._of.setText(f"of {balance.expected:,} here")
        left = f"; {balance.left} left" if balance.left else ""
        self.setAccessibleName(f"The room: {balance.here} of {balance.expected} here{left}")
        for count in balance.sides:
            part = self._parts.get(count.side)
            if part is None:
                part = self._parts[count.side] = _SidePart(event, count)
                self._sides.addWidget(part)
            part.show_count(count)


class _SidePart(QWidget):
    """One side: mark, name, count, bar, front line and leaders."""

    def __init__(self, event: Event, count: SideCount) -> None:
        super().__init__()
        side = event.sides[count.side]
        self._third = side.position == 2
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 6, 0, 2)
        box.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(SideMark(side, 20))
        line.addWidget(Label(side.shown, "strong", elide=True), 1)
        self._count = Label("", "part", tabular=True)
        self._of = Label("", "second")
        line.addWidget(self._count)
        line.addWidget(self._of)
        box.addLayout(line)
        self._bar = Bar(tone=SIDE_COLOURS[side.position], name=side.shown)
        box.addWidget(self._bar)
        self._detail = Label("", "side note", elide=True)
        box.addWidget(self._detail)

    def show_count(self, count: SideCount) -> None:
        """Shows the counts of this side."""
        self._count.setText(f"{count.here:,}")
        self._of.setText(f"of {count.expected:,}")
        self._bar.set_value(count.here, max(count.expected, 1))
        parts = []
        if count.front_expected:
            parts.append(f"Front line {count.front_here} of {count.front_expected}")
        if count.leaders_expected:
            word = "leaders" if parts else "Leaders"
            parts.append(f"{word} {count.leaders_here} of {count.leaders_expected}")
        self._detail.setText(" · ".join(parts) or "Nobody expected yet")
