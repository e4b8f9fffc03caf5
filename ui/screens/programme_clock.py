"""The clock of the programme, to be read from three metres, and how late the day is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from facilitator.domain.board import Board
from ui.kit import Bar, Button, Card, Icon, Label
from ui.screens.programme_words import ClockWords, clock_words, left_on, standing
from ui.theme import Theme, font

#: kept free beside the figures, so that none is cut whatever its shape
_INSET = 3
#: the least height of the figures, and in a window that is low
_LOW, _LOWEST = 96, 64


class ClockFace(QWidget):
    """The figures, as large as the card is wide. They never shift while they change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = "", "ink"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(_LOW)

    @property
    def text(self) -> str:
        """What it shows."""
        return self._text

    def show_clock(self, text: str, tone: str) -> None:
        """Other figures; `tone` names their colour."""
        if (text, tone) != (self._text, self._tone):
            self._text, self._tone = text, tone
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Higher than the figures can become would only be a hole.
        self.setMaximumHeight(max(_LOW, self.width() * 55 // 100))

    def paintEvent(self, event: QPaintEvent) -> None:
        # Measured with noughts, so that the size depends on how many figures there are only.
        model = "".join("0" if c.isdigit() else c for c in self._text) or "0"
        probe = QFontMetricsF(font(100, "semibold", tabular=True))
        room = self.width() - 2 * _INSET
        scale = min(room / max(probe.horizontalAdvance(model), 1), self.height() / 80)
        face = font(max(24, int(100 * scale)), "semibold", tabular=True)
        metrics = QFontMetricsF(face)
        box = metrics.tightBoundingRect(model)
        painter = QPainter(self)
        painter.setFont(face)
        painter.setPen(Theme.current().colour(self._tone))
        left = _INSET - metrics.leftBearing(model[0])
        base = (self.height() + box.height()) / 2
        line = QRectF(left, base - metrics.ascent(), self.width() + 40, metrics.height())
        top_left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(line, int(top_left), self._text)
        painter.end()


class ClockCard(Card):
    """Word, figures, what they count, and what comes next; its ground tells the phase."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=16, spacing=4, parent=parent)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._icon = Icon("clock", size=20)
        self._word = Label("", "part")
        self._right = Label("", "lead")
        head.addWidget(self._icon)
        head.addWidget(self._word, 1)
        head.addWidget(self._right)
        self.box.addLayout(head)
        self.face = ClockFace()
        self.box.addWidget(self.face, 20)
        self._caption = Label("", "lead", elide=True)
        self.box.addWidget(self._caption)
        self.box.addSpacing(4)
        self._bar = Bar(0, 1, height=12, name="Time gone")
        self.box.addWidget(self._bar)
        self.box.addSpacing(6)
        self._title = Label("", "heading", elide=True)
        self.box.addWidget(self._title)
        self._following = Label("", "second", elide=True)
        self.box.addWidget(self._following)
        self.box.addStretch(1)
        self._shown: ClockWords | None = None

    def set_low(self, low: bool) -> None:
        """In a window that is low only the word and the figures stay: the rest is in the list."""
        for widget in (self._caption, self._bar, self._title, self._following):
            widget.setVisible(not low)
        edge = 8 if low else 16
        self.box.setContentsMargins(16, edge, 16, edge)
        self.face.setMinimumHeight(_LOWEST if low else _LOW)

    def show_board(self, board: Board) -> None:
        """Show how the clock stands; cheap where nothing changed."""
        words = clock_words(board)
        if words == self._shown:
            return
        self._shown = words
        self.set_ground(words.ground)
        strong = "ink" if words.ground == "mist" else f"on-{words.ground}"
        soft = "muted" if words.ground == "mist" else strong
        self._icon.set_icon(words.icon, strong)
        self._word.setText(words.word)
        self._right.setText(words.right)
        self.face.show_clock(words.clock, soft if words.faint else strong)
        self._caption.setText(words.caption)
        self._bar.set_value(round(words.share, 3), 1)
        self._bar.set_tone(strong)
        self._title.setText(words.title)
        self._following.setText(words.following)
        for label, tone in (
            (self._word, strong),
            (self._right, soft),
            (self._caption, soft),
            (self._title, strong),
            (self._following, soft),
        ):
            label.set_tone(tone)
        self.setAccessibleName(words.spoken)


class DelayCard(Card):
    """How late the day is, with an offer inside it; or a question about a clock left on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=16, spacing=8, parent=parent)
        top = QHBoxLayout()
        top.setSpacing(14)
        self._icon = Icon("clock", size=24)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._head = Label("", "heading", wrap=True)
        self._detail = Label("", "sentence", wrap=True)
        words.addWidget(self._head)
        words.addWidget(self._detail)
        top.addLayout(words, 1)
        self.box.addLayout(top)
        self._is_low = False
        self._below = QWidget()
        below = QHBoxLayout(self._below)
        below.setContentsMargins(38, 0, 0, 0)
        below.setSpacing(12)
        self._offer = Label("", "body", wrap=True)
        below.addWidget(self._offer, 1)
        self.accept = Button("Do it", key="Ctrl+D", kind="main", ground="careful")
        below.addWidget(self.accept)
        self.box.addWidget(self._below)
        self._ask = QWidget()
        asked = QHBoxLayout(self._ask)
        asked.setContentsMargins(38, 0, 0, 0)
        asked.setSpacing(8)
        self.afresh = Button("Begin afresh", key="Ctrl+B", kind="main", ground="careful")
        self.carry_on = Button("Carry on", key="Ctrl+R", ground="careful")
        asked.addWidget(self.afresh)
        asked.addWidget(self.carry_on)
        asked.addStretch(1)
        self.box.addWidget(self._ask)

    def set_small(self, *, narrow: bool, low: bool) -> None:
        """In a small window the words get the room of the icon, and fewer they are."""
        self._is_low = low
        self._icon.setVisible(not narrow)
        for part in (self._below, self._ask):
            inside = part.layout()
            if inside is not None:
                inside.setContentsMargins(0 if narrow else 38, 0, 0, 0)
        edge = 10 if low else 16
        self.box.setContentsMargins(edge, edge, edge, edge)

    def show_board(self, board: Board) -> None:
        """Show the delay, or what is asked about a clock left on from another day."""
        asked = board.state.from_another_day
        head, detail = left_on(board) if asked else standing(board)
        behind = asked or board.delay.minutes > 0
        offer = board.proposal.offer if board.proposal and not asked else ""
        tone = "on-careful" if behind else "ink"
        self.set_ground("careful" if behind else "mist")
        icon = "question" if asked else "clock" if behind else "check-circle"
        self._icon.set_icon(icon, tone)
        for label, text in ((self._head, head), (self._detail, detail), (self._offer, offer)):
            label.setText(text)
            label.set_tone(tone)
        # In a low window the offer says enough: it names the time.
        self._detail.setVisible(bool(detail) and not (self._is_low and bool(offer)))
        self._below.setVisible(bool(offer))
        self._ask.setVisible(asked)
        self.setAccessibleName(" ".join(part for part in (head, detail, offer) if part))
