"""What the desk glances at: the balance of the room, and how people come."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from facilitator.clocks import Clocks
from facilitator.domain.text import counted
from facilitator.services.arrivals import Arrivals, Flow
from facilitator.services.events import Event
from facilitator.services.room_balance import Balance, SideCount
from ui.kit import Bar, Card, Label, SideMark
from ui.theme import SIDE_COLOURS, SMALL, Theme, font

#: how often the chart moves on while nobody comes, in milliseconds
TICK_MS = 15_000


class RoomCard(Card):
    """Who is here of those expected, by side; arrivals per five minutes, and the forecast."""

    def __init__(self, clocks: Clocks, parent: QWidget | None = None) -> None:
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
        self.chart = FlowChart()
        self.box.addSpacing(4)
        self.box.addWidget(self.chart)
        self.chart.hide()
        self.forecast = Label("", "strong", elide=True, tabular=True)
        self.box.addWidget(self.forecast)
        self.forecast.hide()
        self._clocks = clocks
        self._event: Event | None = None
        self._arrivals = Arrivals()
        self._missing = 0
        self._came = False
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.move_on)
        self._tick.start()

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

    def show_arrivals(self, event: Event, arrivals: Arrivals, balance: Balance) -> None:
        """Shows how people came; it moves on by itself while nobody comes."""
        self._event, self._arrivals = event, arrivals
        self._missing = balance.expected - balance.here - balance.left
        self._came = balance.here > 0
        self.move_on()

    @Slot()
    def move_on(self) -> None:
        """Shows the hour up to now."""
        if self._event is None:
            return
        flow = self._arrivals.flow(self._clocks.now(), self._missing)
        self.chart.show_flow(self._event, flow)
        words = flow.words(self._event)
        # A room of no guests yet is told so by its counts.
        anybody = bool(flow.total or self._missing)
        self.chart.setVisible(anybody or self._came)
        self.forecast.setVisible(anybody or self._came)
        self.forecast.setText(words)


class FlowChart(QWidget):
    """Arrivals of the last hour, a bar for five minutes. The last bar, whose five minutes are not
    over, is an outline; the highest has its number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._event: Event | None = None
        self._flow: Flow | None = None
        self.setFixedHeight(64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Arrivals of the last hour: none")

    def show_flow(self, event: Event, flow: Flow) -> None:
        """Shows these bars."""
        if (event, flow) == (self._event, self._flow):
            return
        self._event, self._flow = event, flow
        said = [f"{event.local(bar.begin):%H:%M} {bar.count}" for bar in flow.bars if bar.count]
        people = counted(flow.total, "person", "people") if flow.total else "none"
        each = f", in five minutes from {', '.join(said)}" if said else ""
        self.setAccessibleName(f"Arrivals of the last hour: {people}{each}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._event is None or self._flow is None:
            return
        theme, flow = Theme.current(), self._flow
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL, tabular=True))
        line = painter.fontMetrics().height()
        base = self.height() - line - 2
        gap = 4.0
        wide = (self.width() + gap) / len(flow.bars) - gap
        most = max(flow.busiest, 4)
        ink, muted = theme.colour("ink"), theme.colour("muted")
        highest = max(range(len(flow.bars)), key=lambda at: (flow.bars[at].count, at))
        for at, bar in enumerate(flow.bars):
            left = at * (wide + gap)
            tall = bar.count / most * (base - line - 1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("edge"))
            painter.drawRect(QRectF(left, base - 1, wide, 1))
            if bar.count:
                whole = QRectF(left, base - max(tall, 3.0), wide, max(tall, 3.0))
                if at == len(flow.bars) - 1:
                    painter.setPen(QPen(muted, 1.5))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    whole = whole.adjusted(0.75, 0.75, -0.75, 0)
                else:
                    painter.setBrush(muted)
                painter.drawRoundedRect(whole, 2, 2)
            if at == highest and bar.count:
                painter.setPen(ink)
                place = QRectF(left - 20, base - tall - line, wide + 40, line)
                place.moveRight(min(place.right(), self.width()))
                place.moveLeft(max(place.left(), 0.0))
                to = Qt.AlignmentFlag.AlignHCenter
                if at == len(flow.bars) - 1:
                    to = Qt.AlignmentFlag.AlignRight
                elif at == 0:
                    to = Qt.AlignmentFlag.AlignLeft
                painter.drawText(place, int(to), f"{bar.count:,}")
        painter.setPen(muted)
        foot = QRectF(0, self.height() - line, self.width(), line)
        begin = self._event.local(flow.bars[0].begin)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), f"{begin:%H:%M}")
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), "now")
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignHCenter), "arrivals in five minutes")
        painter.end()


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
