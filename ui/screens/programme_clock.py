"""The clock of the programme, to be read from three metres, and how late the day is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from facilitator.domain.auto_advance import AskToGoOn
from facilitator.domain.board import Board
from facilitator.domain.session_clock import Phase
from ui.kit import Bar, Button, Card, Icon, Label, motion_ms
from ui.screens.programme_words import ClockWords, clock_words, go_on_words, left_on, standing
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

    @property
    def tone(self) -> str:
        """The name of its colour."""
        return self._tone

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
    """Word, figures, what they count, and what comes next; its ground tells the phase.

    When a phase begins the card flashes once, shape and colour; where the system asks for no
    motion it only changes.
    """

    def __init__(
        self, parent: QWidget | None = None, *, motion: Callable[[], int] = motion_ms
    ) -> None:
        """`motion` says for how many milliseconds something may move."""
        super().__init__("mist", margin=16, spacing=4, parent=parent)
        self._motion = motion
        head = QHBoxLayout()
        head.setSpacing(8)
        self._icon = Icon("clock", size=28)
        self._word = Label("", "heading")
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
        self._phase: tuple[object, Phase] | None = None
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.timeout.connect(self._flashed)

    @property
    def flashing(self) -> bool:
        """Whether a phase has begun in this instant."""
        return self._flash.isActive()

    @property
    def words(self) -> ClockWords | None:
        """What it shows."""
        return self._shown

    def set_low(self, low: bool) -> None:
        """In a window that is low only the word and the figures stay: the rest is in the list."""
        for widget in (self._caption, self._bar, self._title, self._following):
            widget.setVisible(not low)
        edge = 8 if low else 16
        self.box.setContentsMargins(edge, edge, edge, edge)
        self.face.setMinimumHeight(_LOWEST if low else _LOW)

    def show_board(self, board: Board) -> None:
        """Show how the clock stands; cheap where nothing changed."""
        run, phase = board.state.run, board.state.phase
        before, self._phase = self._phase, (run.id, phase) if run is not None else None
        began = (
            before is not None and run is not None and before[0] == run.id and before[1] != phase
        )
        words = clock_words(board)
        if words != self._shown:
            was, self._shown = self._shown, words
            self._put(words, was)
        if began and phase is not Phase.CALM and self.isVisible() and self._motion():
            self._flash.start(self._motion())
            self._colour("navy", words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._head_fits()

    def _head_fits(self) -> None:
        """Where there is no room for both, the word stands alone: the list tells the time."""
        margins = self.box.contentsMargins()
        room = self.width() - margins.left() - margins.right() - 28 - 2 * 8
        needed = self._word.sizeHint().width() + self._right.sizeHint().width()
        self._right.setVisible(needed <= room and bool(self._right.text()))

    @Slot()
    def _flashed(self) -> None:
        if self._shown is not None:
            self._colour(self._shown.ground, self._shown)

    def _put(self, words: ClockWords, was: ClockWords | None) -> None:
        """Show other words; only what is not as it `was` is painted again."""
        for label, text in (
            (self._word, words.word),
            (self._right, words.right),
            (self._caption, words.caption),
            (self._title, words.title),
            (self._following, words.following),
        ):
            if label.text() != text:
                label.setText(text)
        if was is None or (was.word, was.right) != (words.word, words.right):
            self._head_fits()
        self._bar.set_value(words.share, 1)
        if was is None or (was.ground, was.icon, was.faint) != (
            words.ground, words.icon, words.faint
        ):  # fmt: skip
            self._colour(words.ground, words)
        else:
            self.face.show_clock(words.clock, self.face.tone)
        if was is None or was.spoken != words.spoken:
            self.setAccessibleName(words.spoken)

    def _colour(self, ground: str, words: ClockWords) -> None:
        self.set_ground(ground)
        strong = "ink" if ground == "mist" else f"on-{ground}"
        soft = "muted" if ground == "mist" else strong
        self._icon.set_icon(words.icon, strong)
        self.face.show_clock(words.clock, soft if words.faint else strong)
        self._bar.set_tone(strong)
        for label, tone in (
            (self._word, strong),
            (self._right, soft),
            (self._caption, soft),
            (self._title, strong),
            (self._following, soft),
        ):
            label.set_tone(tone)


class DelayCard(Card):
    """How late the day is, with an offer inside it; or a question that a person must answer: about
    a clock left on from another day, or whether to go on after a sleep."""

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
        self._question: AskToGoOn | None = None
        self._board: Board | None = None
        self._shown: tuple[str, ...] | None = None
        self._below = QWidget()
        below = QHBoxLayout(self._below)
        below.setContentsMargins(38, 0, 0, 0)
        below.setSpacing(12)
        self._offer = Label("", "body", wrap=True)
        below.addWidget(self._offer, 1)
        self.accept = Button("Do it", key="Ctrl+D", kind="main", ground="careful")
        below.addWidget(self.accept)
        self.box.addWidget(self._below)
        self.afresh = Button("Begin afresh", key="F", kind="main", ground="careful")
        self.carry_on = Button("Carry on", key="C", ground="careful")
        self._day_asks = self._answers(self.afresh, self.carry_on)
        self.begin_it = Button("Begin it", key="N", kind="main", ground="careful", hint_only=True)
        self.not_yet = Button("Not yet", key="C", ground="careful")
        self._sleep_asks = self._answers(self.begin_it, self.not_yet)

    def _answers(self, *buttons: Button) -> QWidget:
        holder = QWidget()
        across = QHBoxLayout(holder)
        across.setContentsMargins(38, 0, 0, 0)
        across.setSpacing(8)
        for button in buttons:
            across.addWidget(button)
        across.addStretch(1)
        holder.hide()
        self.box.addWidget(holder)
        return holder

    @property
    def asks(self) -> bool:
        """Whether a person must answer something."""
        return self._question is not None or (
            self._board is not None and self._board.state.from_another_day
        )

    def ask(self, question: AskToGoOn | None) -> None:
        """Ask whether to go on to the next session; None: nothing is asked any more."""
        self._question = question
        if self._board is not None:
            self.show_board(self._board)

    def set_small(self, *, narrow: bool, low: bool) -> None:
        """In a small window the words get the room of the icon, and fewer they are."""
        self._icon.setVisible(not narrow)
        for part in (self._below, self._day_asks, self._sleep_asks):
            inside = part.layout()
            if inside is not None:
                inside.setContentsMargins(0 if narrow else 38, 0, 0, 0)
        edge = 10 if low else 16
        self.box.setContentsMargins(edge, edge, edge, edge)
        if low != self._is_low:
            self._is_low, self._shown = low, None
            if self._board is not None:
                self.show_board(self._board)

    def show_board(self, board: Board) -> None:
        """Show the delay, or what is asked; cheap where nothing changed."""
        self._board = board
        day, sleep = board.state.from_another_day, self._question
        if day:
            head, detail = left_on(board)
        elif sleep is not None:
            head, detail = go_on_words(board, sleep)
        else:
            head, detail = standing(board)
        asked = day or sleep is not None
        behind = asked or board.delay.minutes > 0
        offer = board.proposal.offer if board.proposal and not asked else ""
        shown = (head, detail, offer, str(day), str(asked), str(behind))
        if shown == self._shown:
            return
        self._shown = shown
        tone = "on-careful" if behind else "ink"
        self.set_ground("careful" if behind else "mist")
        self._icon.set_icon("question" if asked else "clock" if behind else "check-circle", tone)
        for label, text in ((self._head, head), (self._detail, detail), (self._offer, offer)):
            label.setText(text)
            label.set_tone(tone)
        # In a low window the offer says enough: it names the time.
        self._detail.setVisible(bool(detail) and not (self._is_low and bool(offer)))
        self._below.setVisible(bool(offer))
        self._day_asks.setVisible(day)
        self._sleep_asks.setVisible(asked and not day)
        self.setAccessibleName(" ".join(part for part in (head, detail, offer) if part))
