"""Buttons, ticks and choices: what is pressed. Each shows its key and says why it cannot."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ui.icons import paint_icon
from ui.kit.burst import KeyFilter
from ui.kit.key_kinds import is_plain, sequences
from ui.kit.label import plain_tip
from ui.theme import BODY, RADIUS, SMALL, Theme, font

HEIGHT, DESK_HEIGHT = 40, 48
_PAD, _GAP, _ICON = 16, 8, 20


@dataclass(frozen=True, slots=True)
class _Look:
    """The colours of a button in one state."""

    fill: QColor | None
    edge: QColor | None
    text: QColor
    key: QColor
    dashed: bool = False


class Button(QAbstractButton):
    """A button of one line: icon, words and its key.

    `kind` is main (the one main act of a screen), normal, quiet or danger (outlined in red; end
    its words in "…"). `key` is shown and works: "F6", "Ctrl+Enter", or a single key such as "M",
    "Space" or "Esc", which acts only when a person pressed it. With `hint_only` the key is shown
    and the screen itself sees to it (Enter in a search field). `desk` makes it 48 px high. `ground`
    names the coloured ground it stands on (welcome, careful, stop, navy, misread).
    """

    def __init__(
        self,
        text: str,
        *,
        key: str = "",
        icon: str = "",
        kind: str = "normal",
        desk: bool = False,
        ground: str | None = None,
        hint_only: bool = False,
        spread: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`spread` puts the words at the left and the key at the right (rail, wide buttons)."""
        super().__init__(parent)
        self._key, self._icon, self._kind, self._ground = key, icon, kind, ground
        self._height = DESK_HEIGHT if desk else HEIGHT
        self._spread = spread
        self._reason = ""
        self._shortcut: QShortcut | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(
            QSizePolicy.Policy.Preferred if spread else QSizePolicy.Policy.Fixed,
            QSizePolicy.Policy.Fixed,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setText(text)
        if key and not hint_only:
            if is_plain(key):
                KeyFilter.of_application().register(key, self.press, self)
            else:
                self._shortcut = QShortcut(self)
                self._shortcut.setKeys(sequences(key))
                self._shortcut.setAutoRepeat(False)
                self._shortcut.activated.connect(self.press)

    @property
    def key(self) -> str:
        """The key that the button shows."""
        return self._key

    @property
    def reason(self) -> str:
        """Why it cannot be pressed; empty while it can."""
        return self._reason

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text.replace("…", ""))
        self.setAccessibleDescription(f"Key: {self._key}" if self._key else "")
        self.updateGeometry()
        self.update()

    def set_icon(self, name: str) -> None:
        """Another icon, by name."""
        self._icon = name
        self.updateGeometry()
        self.update()

    def set_kind(self, kind: str) -> None:
        """main, normal, quiet or danger."""
        self._kind = kind
        self.update()

    def refuse(self, reason: str) -> None:
        """Switches the button off; `reason` (a few words) stands in its place."""
        self._reason = reason
        self.setEnabled(False)
        self.setAccessibleDescription(reason)
        self.setToolTip(plain_tip(f"{self.text()}: {reason}"))
        self.updateGeometry()
        self.update()

    def allow(self) -> None:
        """Switches the button on again."""
        self._reason = ""
        self.setEnabled(True)
        self.setToolTip("")
        self.setText(self.text())

    @Slot()
    def press(self) -> None:
        """What the key does: the same as a click, where the button can be seen and is on."""
        if self.isVisible() and self.isEnabled():
            self.click()

    def shown_text(self) -> str:
        """What it says now: its words, or why it cannot."""
        return self._reason or self.text()

    def text_fits(self) -> bool:
        """Whether its words and its key can be read whole at its present width."""
        return self._content_width() <= self.width() - 2 * (10 if self._kind == "quiet" else 12)

    def sizeHint(self) -> QSize:
        width = self._content_width() + 2 * (_PAD if self._kind != "quiet" else 12)
        return QSize(width, self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(look.fill or Qt.BrushStyle.NoBrush)
        painter.setPen(
            QPen(look.edge, 1, Qt.PenStyle.DashLine if look.dashed else Qt.PenStyle.SolidLine)
            if look.edge is not None
            else Qt.PenStyle.NoPen
        )
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        self._paint_content(painter, look)
        painter.end()

    def _content_width(self) -> int:
        width = QFontMetrics(font(BODY, "semibold")).horizontalAdvance(self.shown_text())
        if self._icon:
            width += _ICON + _GAP
        if self._key and not self._reason:
            width += QFontMetrics(font(SMALL)).horizontalAdvance(self._key) + 12
        return width

    def _paint_content(self, painter: QPainter, look: _Look) -> None:
        pad = _PAD if self._kind != "quiet" else 12
        inner = self.rect().adjusted(pad, 0, -pad, 0)
        if not self._spread:
            spare = inner.width() - self._content_width()
            inner.adjust(max(spare // 2, 0), 0, -max(spare // 2, 0), 0)
        if self._icon:
            box = QRect(inner.left(), (self.height() - _ICON) // 2, _ICON, _ICON)
            paint_icon(painter, box, self._icon, look.text)
            inner.setLeft(inner.left() + _ICON + _GAP)
        if self._key and not self._reason:
            painter.setFont(font(SMALL))
            painter.setPen(look.key)
            painter.drawText(inner, _RIGHT, self._key)
            inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(self._key) - 12)
        painter.setFont(font(BODY, "semibold"))
        painter.setPen(look.text)
        text = painter.fontMetrics().elidedText(
            self.shown_text(), Qt.TextElideMode.ElideRight, inner.width() + 2
        )
        painter.drawText(inner.adjusted(0, 0, 2, 0), _LEFT, text)

    def _look(self) -> _Look:
        theme = Theme.current()
        colour = theme.colour
        if self._ground:
            return self._look_on(theme.on(self._ground), theme.colour(self._ground))
        if not self.isEnabled():
            return _Look(colour("mist"), colour("edge"), colour("muted"), colour("muted"), True)
        under, down = self.underMouse(), self.isDown()
        chosen = self.isCheckable() and self.isChecked()
        if self._kind == "main" or chosen:
            fill = colour("ink")
            if down or under:
                fill = fill.lighter(125) if not theme.dark else fill.darker(112)
            return _Look(fill, None, colour("paper"), colour("ink-key"))
        fill = colour("pressed") if down else colour("hover") if under else None
        if self._kind == "quiet":
            return _Look(fill, None, colour("ink"), colour("muted"))
        if self._kind == "danger":
            return _Look(fill or colour("paper"), colour("bad"), colour("bad"), colour("muted"))
        return _Look(fill or colour("paper"), colour("edge"), colour("ink"), colour("muted"))

    def _look_on(self, text: QColor, ground: QColor) -> _Look:
        """On a coloured ground: the text's colour fills the main act, and outlines the others."""
        soft = QColor(text)
        soft.setAlpha(40 if self.isDown() else 24 if self.underMouse() else 0)
        if not self.isEnabled():
            return _Look(None, text, text, text, True)
        if self._kind == "main":
            inverse = QColor("#FFFFFF") if text.lightnessF() < 0.5 else QColor("#0B1F33")
            fill = QColor(text)
            if self.underMouse() or self.isDown():
                fill = text.lighter(125) if text.lightnessF() < 0.5 else text.darker(110)
            key = QColor("#C3CDD6") if text.lightnessF() < 0.5 else QColor("#4A5B6C")
            return _Look(fill, None, inverse, key)
        return _Look(soft, None if self._kind == "quiet" else text, text, text)


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(
    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
)


class Tick(QAbstractButton):
    """A box to tick, or (`radio`) a circle to choose, with words and a side note below them."""

    def __init__(
        self,
        text: str,
        *,
        note: str = "",
        radio: bool = False,
        checked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._note, self._radio = note, radio
        self.setCheckable(True)
        self.setAutoExclusive(radio)
        self.setChecked(checked)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(note)

    def set_note(self, note: str) -> None:
        """The side note below the words."""
        self._note = note
        self.setAccessibleDescription(note)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = max(
            QFontMetrics(font(BODY, "semibold")).horizontalAdvance(self.text()),
            QFontMetrics(font(SMALL)).horizontalAdvance(self._note),
        )
        return QSize(34 + width + 4, 44 if self._note else HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def text_fits(self) -> bool:
        """Whether its words can be read whole at its present width."""
        return self.width() >= self.sizeHint().width() - 4

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 4 if self._note else (self.height() - 20) / 2
        box = QRectF(2.5, top + 0.5, 19, 19)
        on, able = self.isChecked(), self.isEnabled()
        painter.setPen(QPen(theme.colour("ink" if able else "edge"), 1.5))
        hover = theme.colour("hover" if self.underMouse() and able else "paper")
        painter.setBrush(theme.colour("ink" if able else "edge") if on else hover)
        if self._radio:
            painter.drawEllipse(box)
        else:
            painter.drawRoundedRect(box, 3, 3)
        if on:
            paint_icon(painter, box.adjusted(2, 2, -2, -2), "check-bold", theme.colour("paper"))
        painter.setPen(theme.colour("ink" if able else "muted"))
        painter.setFont(font(BODY, "semibold"))
        width = self.width() - 34
        if self._note:
            painter.drawText(QRect(34, 2, width, 22), _LEFT, self.text())
            painter.setPen(theme.colour("muted"))
            painter.setFont(font(SMALL))
            painter.drawText(QRect(34, 23, width, 18), _LEFT, self._note)
        else:
            painter.drawText(QRect(34, 0, width, self.height()), _LEFT, self.text())
        painter.end()


@dataclass(frozen=True, slots=True)
class Option:
    """One of several to choose from: its key in code, its words, a note, an icon, a shortcut."""

    key: str
    text: str
    note: str = ""
    icon: str = ""
    shortcut: str = ""


class Choice(QWidget):
    """A few options of which one is chosen, by click, arrow keys or the options' own shortcuts.

    `kind` is segments (joined, the chosen one dark with a tick) or tabs (the chosen one on mist).

    Signals:
        chosen(str): the key of the option that a person chose.
    """

    chosen = Signal(str)

    def __init__(
        self,
        options: list[Option],
        *,
        name: str,
        value: str = "",
        kind: str = "segments",
        parent: QWidget | None = None,
    ) -> None:
        """`name` says to a screen reader what is chosen here."""
        super().__init__(parent)
        self._kind = kind
        self.setAccessibleName(name)
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0 if kind == "segments" else 4)
        self._segments: list[_Segment] = []
        self._value = ""
        self.set_options(options, value)

    @property
    def value(self) -> str:
        """The key of the chosen option."""
        return self._value

    @property
    def buttons(self) -> list[QAbstractButton]:
        """The options as buttons, in order."""
        return list(self._segments)

    def set_options(self, options: list[Option], value: str = "") -> None:
        """Other options; `value` is chosen, else what was, else the first."""
        keys = [option.key for option in options]
        for segment in self._segments:
            self._box.removeWidget(segment)
            segment.hide()
            segment.deleteLater()
        self._segments = []
        for index, option in enumerate(options):
            ends = (index == 0, index == len(options) - 1)
            segment = _Segment(option, self._kind, ends, self)
            segment.clicked.connect(self._clicked)
            self._box.addWidget(segment)
            self._segments.append(segment)
        wanted = value or (self._value if self._value in keys else (keys[0] if keys else ""))
        self._value = ""
        self.choose(wanted)

    def choose(self, key: str) -> None:
        """Chooses without telling anybody."""
        self._value = key
        for segment in self._segments:
            segment.setChecked(segment.option.key == key)
            # One stop of Tab for the whole choice; the arrow keys move inside.
            segment.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus
                if segment.option.key == key
                else Qt.FocusPolicy.ClickFocus
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        move = step.get(Qt.Key(event.key()))
        keys = [segment.option.key for segment in self._segments]
        if move is None or not keys:
            super().keyPressEvent(event)
            return
        # while none is chosen, the first arrow chooses the first or the last
        now = keys.index(self._value) if self._value in keys else -1 if move > 0 else 0
        target = self._segments[(now + move) % len(keys)]
        target.click()
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _clicked(self) -> None:
        segment = self.sender()
        if isinstance(segment, _Segment):
            self.choose(segment.option.key)
            self.chosen.emit(segment.option.key)


_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class _Segment(Button):
    """One option of a choice."""

    def __init__(self, option: Option, kind: str, ends: tuple[bool, bool], parent: QWidget) -> None:
        self.option, self._segment_kind, self._ends = option, kind, ends
        super().__init__(option.text, key=option.shortcut, icon=option.icon, parent=parent)
        self.setCheckable(True)
        self.setAccessibleDescription(option.note or self.accessibleDescription())
        if kind == "segments":
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def text_fits(self) -> bool:
        return self.width() >= self.minimumSizeHint().width() - 10

    def minimumSizeHint(self) -> QSize:
        # The tick of the chosen one is left out where there is no room for it.
        return QSize(self.sizeHint().width() - self._room_for_tick(), HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ARROWS:
            event.ignore()
            return
        super().keyPressEvent(event)

    def checkStateSet(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        width = super().sizeHint().width()
        if self.option.note:
            width += QFontMetrics(font(SMALL)).horizontalAdvance(self.option.note) + 6
        width += self._room_for_tick()
        return QSize(width - (0 if self._segment_kind == "segments" else 12), HEIGHT)

    def _room_for_tick(self) -> int:
        ticked = self._segment_kind == "segments" and not self.option.icon
        return _ICON + _GAP if ticked else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._segment_kind == "tabs":
            self._paint_tab()
            return
        theme, look = Theme.current(), self._look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        # Neighbours share an edge: inner corners are square, and lie outside the clip.
        wide = area.adjusted(-0 if self._ends[0] else -12, 0, 0 if self._ends[1] else 12, 0)
        painter.setClipRect(self.rect())
        painter.setBrush(look.fill or Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("edge"), 1))
        painter.drawRoundedRect(wide, RADIUS, RADIUS)
        if not self._ends[0]:
            painter.drawLine(QPointF(0.5, 1), QPointF(0.5, self.height() - 1))
        icon = self._icon
        if self.isChecked() and not icon and self.width() >= self.sizeHint().width():
            self._icon = "check"
        self._paint_content(painter, look)
        self._icon = icon
        painter.end()

    def _paint_tab(self) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on or self.underMouse():
            painter.setBrush(theme.colour("mist" if on else "hover"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        inner = self.rect().adjusted(10, 0, -4, 0)
        painter.setFont(font(BODY, "semibold" if on else "regular"))
        painter.setPen(theme.colour("ink" if on else "muted"))
        painter.drawText(inner, _LEFT, self.text())
        used = painter.fontMetrics().horizontalAdvance(self.text()) + 6
        painter.setFont(font(SMALL))
        painter.drawText(inner.adjusted(used, 0, 0, 0), _LEFT, self.option.note)
        if self.key:
            painter.setPen(theme.colour("muted"))
            painter.drawText(inner.adjusted(0, 0, -4, 0), _RIGHT, self.key)
        painter.end()
