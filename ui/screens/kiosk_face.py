"""The face of the kiosk: read from two metres, and painted as large as the screen allows."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.icons import paint_icon
from ui.screens.kiosk_words import KioskWords
from ui.theme import RADIUS, Theme, font


class KioskFace(QWidget):
    """What guests see: the welcome, or a verdict. It paints itself, so that the type is as large
    as the screen allows; 60 px is the least on a screen of 1366x768."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._event_name = ""
        self._ask = ""
        self._icon = "barcode"
        self._words: KioskWords | None = None
        self._beside = QSize(0, 0)

    @property
    def words(self) -> KioskWords | None:
        """The verdict that is shown; None while it is the welcome face."""
        return self._words

    @property
    def asking(self) -> str:
        """What the welcome face asks for."""
        return self._ask

    def set_event(self, name: str) -> None:
        """The event's name stands above."""
        self._event_name = name
        self.update()

    def ask_for(self, words: str, icon: str) -> None:
        """What guests are to do; `icon` stands beside it where there is no picture."""
        self._ask, self._icon = words, icon
        self._name()
        self.update()

    def show_words(self, words: KioskWords | None) -> None:
        """A verdict, or (None) the welcome face."""
        self._words = words
        self._name()
        self.update()

    @property
    def upright(self) -> bool:
        """Whether the screen stands on its short side."""
        return self.height() > self.width()

    @property
    def unit(self) -> float:
        """How large this screen is beside one of 1366x768."""
        if self.upright:
            return max(min(self.width() / 720, self.height() / 1100), 0.55)
        return max(min(self.width() / 1000, self.height() / 640), 0.55)

    def beside(self) -> QRect:
        """Where the picture of the camera goes on the welcome face."""
        margin, top = self.margin, self._top()
        if self.upright:
            width = self.width() - 2 * margin
            height = min(round(width * 9 / 16), round(self.height() * 0.4))
            return QRect(margin, top, width, height)
        width = round(self.width() * 0.42)
        height = min(round(width * 9 / 16), self.height() - top - margin)
        place = QRect(0, 0, width, height)
        place.moveRight(self.width() - margin)
        place.moveTop(top + (self.height() - top - margin - height) // 2)
        return place

    def text_fits(self) -> bool:
        """Whether everything can be read whole at this size."""
        return all(
            _height(text, one, box.width()) <= box.height() for text, one, box in self._lay()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = self._words
        if words is None:
            self._paint_welcome(painter, theme)
        else:
            self._paint_verdict(painter, theme, words)
        painter.end()

    # -- internal -------------------------------------------------------------------------------

    def _name(self) -> None:
        spoken = self._words.spoken if self._words is not None else self._ask
        self.setAccessibleName(spoken)

    @property
    def margin(self) -> int:
        """The edge left free all round, in pixels."""
        return round(48 * self.unit)

    def _top(self) -> int:
        """Where the event's name ends."""
        return round(self.margin * 1.4 + 2 * 44 * self.unit)

    def _sizes(self, *sizes: int) -> tuple[int, ...]:
        return tuple(max(round(size * self.unit), 14) for size in sizes)

    def _lay(self) -> list[tuple[str, QFont, QRect]]:
        """Every text with its font and its place."""
        return self._lay_welcome() if self._words is None else self._lay_verdict(self._words)

    def _lay_welcome(self) -> list[tuple[str, QFont, QRect]]:
        margin, top = self.margin, self._top()
        wide = self.width() - 2 * margin
        title = QRect(margin, margin, wide, top - margin - round(16 * self.unit))
        beside = self.beside()
        if self.upright:
            below = beside.bottom() + margin
            main = QRect(margin, below, wide, self.height() - below - margin)
        else:
            main = QRect(margin, top, beside.left() - 2 * margin, self.height() - top - margin)
        name = _fit(self._event_name, title, self._sizes(44, 40, 36, 30, 24, 20), "semibold")
        ask = _fit(self._ask, main, self._sizes(104, 92, 80, 72, 66, 60), "bold")
        return [(self._event_name, name, title), (self._ask, ask, main)]

    def _lay_verdict(self, words: KioskWords) -> list[tuple[str, QFont, QRect]]:
        margin, unit = round(self.margin * 1.3), self.unit
        room = self.rect().adjusted(margin, margin, -margin, -margin)
        sign = round(112 * unit)
        head = QRect(room.left() + sign + margin // 2, room.top(), 0, sign)
        tile = self._tile(room) if words.table else QRect()
        right = room.right() - (tile.width() + margin if words.table and not self.upright else 0)
        head.setRight(right)
        # One line beside the sign, or two where the words are long.
        head.setHeight(round(room.height() * 0.36))
        word = _fit(words.word, head, self._sizes(88, 80, 72, 66, 60), "bold")
        head.setHeight(max(sign, _height(words.word, word, head.width())))
        low = tile.top() - margin // 2 if words.table and self.upright else room.bottom()
        body = QRect(room.left(), head.bottom() + margin // 2, right - room.left(), 0)
        body.setBottom(low)
        texts = [(words.word, word, head)]
        if words.name:
            sizes = self._sizes(160, 136, 112, 96, 84, 72, 60, 48, 36)
            texts.append((words.name, _fit(words.name, body, sizes, "bold"), body))
        elif words.then:
            sizes = self._sizes(104, 92, 80, 72, 66, 60)
            texts.append((words.then, _fit(words.then, body, sizes, "semibold"), body))
        return texts

    def _tile(self, room: QRect) -> QRect:
        """The table: as large as the name, because it is what the guest asks."""
        edge = round(min(room.width(), room.height()) * (0.5 if self.upright else 0.72))
        edge = min(edge, round(420 * self.unit))
        tile = QRect(0, 0, edge, edge)
        if self.upright:
            tile.moveBottomLeft(room.bottomLeft())
        else:
            tile.moveRight(room.right())
            tile.moveTop(room.center().y() - edge // 2)
        return tile

    def _paint_welcome(self, painter: QPainter, theme: Theme) -> None:
        (name, small, title), (ask, large, main) = self._lay_welcome()
        painter.setPen(theme.colour("muted"))
        _draw(painter, name, small, title, top=True)
        painter.setPen(theme.colour("ink"))
        _draw(painter, ask, large, main, top=self.upright)
        place = self.beside()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("mist"))
        painter.drawRoundedRect(place, RADIUS * 2, RADIUS * 2)
        edge = round(min(place.width(), place.height()) * 0.6)
        box = QRect(0, 0, edge, edge)
        box.moveCenter(place.center())
        paint_icon(painter, box, self._icon, theme.colour("ink"))

    def _paint_verdict(self, painter: QPainter, theme: Theme, words: KioskWords) -> None:
        ground, ink = theme.colour(words.mood), theme.on(words.mood)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRect(self.rect())
        margin = round(self.margin * 1.3)
        room = self.rect().adjusted(margin, margin, -margin, -margin)
        sign = round(112 * self.unit)
        paint_icon(painter, QRect(room.topLeft(), QSize(sign, sign)), words.icon, ink)
        painter.setPen(ink)
        for place, (text, one, box) in enumerate(self._lay_verdict(words)):
            _draw(painter, text, one, box, top=place > 0 and self.upright)
        if words.table:
            self._paint_tile(painter, self._tile(room), words.table)

    def _paint_tile(self, painter: QPainter, tile: QRect, table: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Theme.current().colour("#FFFFFF"))
        painter.drawRoundedRect(tile, RADIUS * 2, RADIUS * 2)
        painter.setPen(Theme.current().on("careful"))
        painter.setFont(font(round(tile.height() * 0.17), "semibold"))
        top = QRect(tile.left(), tile.top(), tile.width(), round(tile.height() * 0.34))
        painter.drawText(top, int(Qt.AlignmentFlag.AlignCenter), "Table")
        rest = tile.adjusted(tile.width() // 12, round(tile.height() * 0.3), -tile.width() // 12, 0)
        sizes = tuple(round(tile.height() * share) for share in (0.6, 0.45, 0.3, 0.2, 0.14, 0.1))
        painter.setFont(_fit(table, rest, sizes, "bold"))
        centre = Qt.AlignmentFlag.AlignCenter
        painter.drawText(rest, int(centre) | int(Qt.TextFlag.TextWordWrap), table)


class KioskFoot(QWidget):
    """What is true for everybody, at the foot of the kiosk."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._text, self._margin = text, 24
        self.setAccessibleName(text)

    def text_fits(self) -> bool:
        """Whether it can be read whole."""
        place = self._place()
        return _height(self._text, self._font(place), place.width()) <= place.height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(Theme.current().colour("ink"))
        place = self._place()
        _draw(painter, self._text, self._font(place), place, top=False)
        painter.end()

    def _place(self) -> QRect:
        return self.rect().adjusted(self._margin, 0, 0, 0)

    def set_margin(self, margin: int) -> None:
        """How far from the edge its words begin, in pixels."""
        self._margin = margin
        self.update()

    def _font(self, place: QRect) -> QFont:
        return _fit(self._text, place, (60, 52, 44, 36, 30, 24, 20), "semibold")


_WRAPPED = int(
    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
)
_WRAPPED_TOP = int(
    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
)


def _height(text: str, one: QFont, width: int) -> int:
    """How high a text stands in that font when it is broken at `width`; huge where a word is
    wider than that."""
    metrics = QFontMetrics(one)
    box = metrics.boundingRect(QRect(0, 0, width, 100_000), _WRAPPED, text)
    return 100_000 if box.width() > width else box.height()


def _draw(painter: QPainter, text: str, one: QFont, place: QRect, *, top: bool) -> None:
    """Draws a text whose lines are of much the same length: no word stands alone on the last."""
    least, most = place.width() // 3, place.width()
    whole = _height(text, one, most)
    while most - least > 8:
        middle = (least + most) // 2
        if _height(text, one, middle) <= whole:
            most = middle
        else:
            least = middle
    narrow = QRect(place.topLeft(), QSize(most, place.height()))
    painter.setFont(one)
    painter.drawText(narrow, _WRAPPED_TOP if top else _WRAPPED, text)


def _fit(text: str, place: QRect, sizes: tuple[int, ...], weight: str) -> QFont:
    """The largest of `sizes` in which the text fits the place; else the smallest."""
    for size in sizes:
        candidate = font(size, weight)
        if _height(text, candidate, place.width()) <= place.height():
            return candidate
    return font(sizes[-1], weight)
