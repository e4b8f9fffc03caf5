"""The rail at the left of the window: the screens, and at its foot what is always at hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.icons import paint_icon
from ui.kit import plain_tip
from ui.kit.button import Button
from ui.kit.mark import paint_sign
from ui.theme import BODY, PART, RADIUS, SMALL, Theme, font

RAIL = 192


class Entry(Protocol):
    """A screen as the rail shows it."""

    @property
    def key(self) -> str:
        """What `Rail.wanted` tells."""
        ...

    @property
    def title(self) -> str:
        """Its words."""
        ...

    @property
    def icon(self) -> str:
        """Its icon, by name."""
        ...


class RailButton(Button):
    """An entry of the rail: icon, words (a second line says a state), key; the chosen one dark."""

    def __init__(self, text: str, icon: str, key: str, *, hint_only: bool = False) -> None:
        self._second = self._why = ""
        super().__init__(text, icon=icon, key=key, kind="quiet", spread=True, hint_only=hint_only)
        self._on = False

    @property
    def on(self) -> bool:
        """Whether this is the screen in sight."""
        return self._on

    def set_on(self, on: bool) -> None:
        """Marks it as the screen in sight."""
        self._on = on
        shown = ", shown now" if on else ""
        self.setAccessibleDescription(self._why or f"Key: {self.key}{shown}")
        self.update()

    def set_closed(self, why: str) -> None:
        """It is not for whoever this laptop is for: a lock stands in the place of its key, and
        whoever presses it reads `why`. Empty: it is open."""
        self._why = why
        self._tell_tip()
        self.set_on(self._on)

    def _tell_tip(self) -> None:
        whole = f"{self.text()} {self._second}" if self._second else ""
        self.setToolTip(plain_tip(self._why or whole))

    def set_second(self, text: str) -> None:
        """The second line, in stronger type."""
        self._second = text
        self.setAccessibleName(f"{self.text()} {text}".strip())
        self._tell_tip()
        self.update()

    def text_fits(self) -> bool:
        """Whether words and key stand side by side; the second line is cut on purpose."""
        words = QFontMetrics(font(BODY, "semibold" if self._on else "regular"))
        key = QFontMetrics(font(SMALL)).horizontalAdvance(self.key)
        return words.horizontalAdvance(self.text()) + key + 6 <= self.width() - 56

    def sizeHint(self) -> QSize:
        return QSize(RAIL - 16, 44 if self._second else 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "ink" if self._on else "pressed" if self.isDown() else ""
        ground = ground or ("hover" if self.underMouse() else "")
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(ground))
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        tone = theme.colour("paper" if self._on else "muted")
        name = f"{self._icon}-fill" if self._on else self._icon
        paint_icon(painter, QRect(11, (self.height() - 20) // 2, 20, 20), name, tone)
        words = QRect(44, 0, self.width() - 56, self.height())
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("ink-key") if self._on else tone)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if self._why:
            lock = QRect(words.right() - 16, (self.height() - 16) // 2, 16, 16)
            paint_icon(painter, lock, "lock-simple", tone)
        else:
            painter.drawText(words, right, self.key)
        words.setRight(words.right() - painter.fontMetrics().horizontalAdvance(self.key) - 6)
        painter.setFont(font(BODY, "semibold" if self._on else "regular"))
        painter.setPen(tone)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if not self._second:
            painter.drawText(words, left, self.text())
            painter.end()
            return
        half = self.height() // 2
        painter.drawText(QRect(words.left(), 2, words.width(), half), left, self.text())
        painter.setFont(font(BODY, "semibold"))
        painter.setPen(theme.colour("paper" if self._on else "ink"))
        cut = painter.fontMetrics().elidedText(
            self._second, Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(QRect(words.left(), half - 2, words.width(), half), left, cut)
        painter.end()


class Rail(QWidget):
    """The rail at the left.

    Signals:
        wanted(str): the screen of that key is wanted.
    """

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(RAIL)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(8, 0, 8, 6)
        self._box.setSpacing(0)
        self._box.addWidget(_Sign())
        self._places = QVBoxLayout()
        self._places.setSpacing(4)
        self._box.addLayout(self._places)
        self._box.addStretch(1)
        self._foot = QVBoxLayout()
        self._foot.setSpacing(4)
        self._box.addLayout(self._foot)
        self._entries: dict[str, RailButton] = {}
        self.room = RailButton("Room sees", "monitor", "F11")
        self.black = RailButton("Black", "moon", "F12")
        self.note = RailButton("Take a note", "plus", "Ctrl+N")
        self.roll = RailButton("Roll", "sign-out", "Ctrl+Shift+R")
        self.keys = RailButton("Keys", "keyboard", "F1", hint_only=True)
        for button in (self.room, self.black, self.note, self.roll, self.keys):
            self._foot.addWidget(button)
        self.set_room("Off", False)

    @property
    def buttons(self) -> list[RailButton]:
        """All entries, from top to bottom."""
        foot = [self.room, self.black, self.note, self.roll, self.keys]
        return [*self._entries.values(), *foot]

    @property
    def keys_of_places(self) -> list[str]:
        """The keys of the screens that stand on the rail."""
        return list(self._entries)

    def set_places(self, places: Sequence[Entry]) -> None:
        """Other entries."""
        for button in self._entries.values():
            self._places.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._entries = {}
        last: QWidget | None = None
        for number, place in enumerate(places, start=1):
            button = RailButton(place.title, place.icon, f"Ctrl+{number}")
            button.setProperty("place", place.key)
            button.clicked.connect(self._clicked)
            self._places.addWidget(button)
            self._entries[place.key] = button
            if last is not None:
                QWidget.setTabOrder(last, button)
            last = button
        if last is not None:
            QWidget.setTabOrder(last, self.room)

    def limit_to(self, keys: Collection[str]) -> None:
        """Shows the entries of these places only, and takes notes away; without any, all."""
        for own, button in self._entries.items():
            button.setVisible(not keys or own in keys)
        self.note.setVisible(not keys)

    def close_to(self, why: Mapping[str, str]) -> None:
        """These entries carry a lock, and say why."""
        for own, button in self._entries.items():
            button.set_closed(why.get(own, ""))
        self.note.set_closed(why.get("note", ""))
        for button in (self.room, self.black):
            button.set_closed(why.get("room", ""))

    def mark(self, key: str) -> None:
        """Marks the entry of the screen in sight."""
        for own, button in self._entries.items():
            button.set_on(own == key)
        self.keys.set_on(key == "keys")
        self.roll.set_on(key == "roll")
        self.room.set_on(key == "room")

    def set_room(self, words: str, black: bool) -> None:
        """What the room sees."""
        self.room.set_second(words)
        self.black.setText("Show again" if black else "Black")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A low window has no room to spare between the entries.
        spacing = 4 if self.height() >= 640 else 0
        self._box.setContentsMargins(8, 0, 8, 14 if spacing else 6)
        self._places.setSpacing(spacing)
        self._foot.setSpacing(spacing)

    @Slot()
    def _clicked(self) -> None:
        sender: Any = self.sender()
        self.wanted.emit(str(sender.property("place")))


class _Sign(QWidget):
    """The program's sign and name, at the head of the rail."""

    def __init__(self) -> None:
        super().__init__()
        # The lowest window, with all the entries there are, leaves 42 px.
        self.setMinimumHeight(40)
        self.setMaximumHeight(68)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Facilitator")

    def sizeHint(self) -> QSize:
        return QSize(RAIL - 16, 68)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle = 32 if self.height() > 60 else self.height() / 2
        paint_sign(painter, QRectF(12, middle - 9, 18, 18))
        painter.setFont(font(PART, "bold"))
        painter.setPen(Theme.current().colour("ink"))
        place = QRectF(48, middle - 16, 130, 32)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), "Facilitator")
        painter.end()
