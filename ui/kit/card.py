"""Quiet surfaces: cards, pills, bars, an empty screen's one sentence."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.kit.button import Button
from ui.kit.label import Icon, Label
from ui.theme import SMALL, Theme, font


class Card(QFrame):
    """A surface. `ground` names its colour (mist, paper, careful, careful-soft, welcome, stop,
    misread, navy); `outlined` adds an edge, "dashed" a dashed one. Put things into `box`."""

    def __init__(
        self,
        ground: str = "mist",
        *,
        outlined: bool | str = False,
        margin: int = 16,
        spacing: int = 8,
        horizontal: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("ground", ground)
        if outlined:
            self.setProperty("outlined", "dashed" if outlined == "dashed" else "true")
        self.box: QHBoxLayout | QVBoxLayout = QHBoxLayout(self) if horizontal else QVBoxLayout(self)
        self.box.setContentsMargins(margin, margin, margin, margin)
        self.box.setSpacing(spacing)

    @property
    def ground(self) -> str:
        """The name of its colour."""
        return str(self.property("ground"))

    def set_ground(self, ground: str) -> None:
        """Another colour, by name."""
        if ground == self.ground:
            return
        self.setProperty("ground", ground)
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()


class Line(QFrame):
    """One of the few lines there are: horizontal, 1 px."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("line", "true")
        self.setFixedHeight(1)


class Pill(QFrame):
    """A state in words, with an icon: small, rounded, not to be pressed."""

    def __init__(
        self, text: str, icon: str = "", *, ground: str = "mist", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ground = ground
        box = QHBoxLayout(self)
        box.setContentsMargins(10 if icon else 12, 3, 12, 3)
        box.setSpacing(6)
        tone = "ink" if ground in ("mist", "paper", "hover") else f"on-{ground}"
        self._icon = Icon(icon or "circle", size=18, tone=tone)
        self._label = Label(text, "small", tone=tone)
        box.addWidget(self._icon)
        # Not before it has its parent: it would be a window of its own, and take the keyboard.
        self._icon.setVisible(bool(icon))
        box.addWidget(self._label)
        self.setFixedHeight(26)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_text(self, text: str, icon: str = "") -> None:
        """Another state."""
        self._label.setText(text)
        self.setAccessibleName(text)
        if icon:
            self._icon.set_icon(icon)
        self._icon.setVisible(bool(icon) or self._icon.isVisible())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Theme.current().colour(self._ground))
        painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        painter.end()


class State(QWidget):
    """An icon and a word in one line: "✓ Saved", "⚠ Look here"."""

    def __init__(
        self,
        text: str,
        icon: str = "check-circle-fill",
        *,
        tone: str = "good",
        role: str = "body",
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        self._icon = Icon(icon, size=18, tone=tone)
        self._label = Label(text, role, elide=elide)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        box.addWidget(self._icon)
        box.addWidget(self._label, 1)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        """The word."""
        return self._label.text()

    def set_state(self, text: str, icon: str, tone: str = "good") -> None:
        """Another state."""
        self._label.setText(text)
        self._icon.set_icon(icon, tone)
        self.setAccessibleName(text)


class Bar(QWidget):
    """A share of a whole. `letter` marks a side (in greyscale its colour says nothing).

    `outlined` draws the share as an outline, for the second of two counts.
    """

    def __init__(
        self,
        value: float = 0,
        whole: float = 1,
        *,
        tone: str = "ink",
        letter: str = "",
        height: int = 8,
        outlined: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._value, self._whole, self._tone = value, whole, tone
        self._letter, self._outlined, self._thick = letter, outlined, height
        self.setFixedHeight(max(height, 8))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name = name
        self._describe()

    def set_value(self, value: float, whole: float | None = None) -> None:
        """Another share."""
        whole = self._whole if whole is None else whole
        if (value, whole) != (self._value, self._whole):
            self._value, self._whole = value, whole
            self._describe()
            self.update()

    def set_tone(self, tone: str) -> None:
        """Another colour, by name."""
        self._tone = tone
        self.update()

    @property
    def share(self) -> float:
        """How much of the whole, 0 to 1."""
        return min(max(self._value / self._whole, 0.0), 1.0) if self._whole else 0.0

    def sizeHint(self) -> QSize:
        return QSize(160, self._thick)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        radius = min(self._thick / 2, 6.0)
        outline = QPainterPath()
        outline.addRoundedRect(whole, radius, radius)
        painter.fillPath(outline, theme.colour("line"))
        part = QRectF(whole)
        part.setWidth(whole.width() * self.share)
        if self.share > 0:
            colour = theme.colour(self._tone)
            if self._outlined:
                inner = part.adjusted(1, 1, -1, -1)
                soft = QColor(theme.colour("paper"))
                soft.setAlphaF(0.5)
                painter.setBrush(soft)
                painter.setPen(QPen(colour, 2))
                painter.drawRoundedRect(inner, radius, radius)
            else:
                painter.setClipPath(outline)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(part, radius, radius)
                painter.setClipping(False)
        if self._letter and self._thick >= 16:
            painter.setFont(font(SMALL, "bold"))
            inside = part.width() > 24 and not self._outlined
            painter.setPen(theme.colour("mark-letter" if inside else "ink"))
            left = part.right() - 18 if inside else part.right() + 4
            painter.drawText(
                QRectF(left, 0, 14, whole.height()),
                int(Qt.AlignmentFlag.AlignCenter),
                self._letter,
            )
        painter.end()

    def _describe(self) -> None:
        said = f"{self._value:g} of {self._whole:g}"
        self.setAccessibleName(f"{self._name}: {said}" if self._name else said)


class EmptyState(QWidget):
    """What will be here, and the one next act."""

    def __init__(
        self,
        icon: str,
        text: str,
        detail: str = "",
        act: Button | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(8)
        box.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        box.addWidget(Icon(icon, size=48, tone="edge"), 0, centre)
        self.heading = Label(text, "heading", wrap=True)
        self.heading.setAlignment(centre)
        box.addWidget(self.heading)
        self.detail = Label(detail, "second", wrap=True)
        self.detail.setAlignment(centre)
        self.detail.setMaximumWidth(560)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.detail, 4)
        line.addStretch(1)
        box.addLayout(line)
        # Not before it has its parent: it would be a window of its own, and take the keyboard.
        self.detail.setVisible(bool(detail))
        self.act = act
        if act is not None:
            box.addSpacing(8)
            box.addWidget(act, 0, centre)
        box.addStretch(3)


class Scroll(QScrollArea):
    """A column that scrolls where it is too long. Put things into `box`."""

    def __init__(self, *, spacing: int = 8, margin: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner = inner = QWidget()
        self.box = QVBoxLayout(inner)
        self.box.setContentsMargins(margin, margin, margin, margin)
        self.box.setSpacing(spacing)
        self.setWidget(inner)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._inner.minimumSizeHint().width(), 80)
