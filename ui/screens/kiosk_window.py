"""The kiosk: the whole screen for guests who check themselves in. Only the PIN leaves it.

Everything that could leave (Escape, the Staff button, Alt+F4, the system's close) asks for the
PIN. The window stands alone: the main window is hidden meanwhile, and with it every shortcut.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.verdicts import Verdict
from facilitator.services.checkin import Answer, At, CheckinService
from facilitator.services.desk_lock import DeskLockService
from facilitator.services.events import Event, EventService
from ui.camera_eye import CameraEye
from ui.camera_picture import CameraPicture
from ui.icons import paint_icon
from ui.kit import FocusRing, announce
from ui.kit.burst import Caught
from ui.kit.sound import Sounds
from ui.screens.desk_lock import LockPanel
from ui.screens.kiosk_words import KioskWords, kiosk_words
from ui.screens.screen import Surroundings
from ui.theme import RADIUS, Theme, font

log = logging.getLogger("facilitator.ui")

#: a verdict stands so long, then the welcome face is back; the next code takes it away at once
STANDS_MS = 6_000
#: nobody types a PIN for so long: back to the welcome face
NOBODY_MS = 30_000
NO_CODE = "No code? Please come to the desk."


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


class KioskWindow(QWidget):
    """The full screen. `begin()` shows it; it is over when `left` is told.

    Signals:
        left(): the PIN was right.
        answered(Verdict): a scan was judged and the guest sees it (a badge may be printed).
    """

    left = Signal()
    answered = Signal(object)

    def __init__(
        self,
        around: Surroundings,
        events: EventService,
        checkin: CheckinService,
        lock: DeskLockService,
    ) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.setProperty("page", "true")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Check in here")
        self._around, self._events, self._checkin = around, events, checkin
        self._event: Event | None = None
        self._may_close = False
        self.eye = CameraEye(around.cameras(), around.settings, around.clocks, self)
        self.face = KioskFace(self)
        self.picture = CameraPicture(self.eye, self)
        self._sounds = Sounds(on=around.settings.sounds, parent=self)
        self._build(lock)
        self._over = self._timer(STANDS_MS, self._welcome)
        self._nobody = self._timer(NOBODY_MS, self._welcome)
        self._front = self._timer(2_000, self._to_the_front)
        around.keys.caught.connect(self._caught)
        around.bus.changed.connect(self._news)
        self.eye.seen.connect(self._seen)
        self.eye.excused.connect(self._look_again)

    @property
    def is_on(self) -> bool:
        """Whether guests have the screen."""
        return self.isVisible()

    @property
    def asks_for_pin(self) -> bool:
        """Whether the PIN is being asked for."""
        return self.panel.isVisibleTo(self)

    def begin(self, screen: QScreen | None = None) -> None:
        """Fills that screen; from now on only the PIN leaves it."""
        self._may_close = False
        self._around.database.run(self._events.get, self._take_event)
        if screen is not None:
            self.setGeometry(screen.geometry())
        self._welcome()
        self.showFullScreen()
        self.activateWindow()
        self.eye.start()
        self._look_again()

    def shut_down(self) -> None:
        """The program ends: the window closes without a PIN, and the camera is let go."""
        self._may_close = True
        self.close()

    def hideEvent(self, event: QEvent) -> None:  # type: ignore[override]
        if not event.spontaneous():
            self.eye.stop()
            self.picture.clear()
            for timer in (self._over, self._nobody, self._front):
                timer.stop()
        super().hideEvent(event)  # pyright: ignore[reportArgumentType]

    def closeEvent(self, event: QCloseEvent) -> None:
        app = QGuiApplication.instance()
        ends = isinstance(app, QGuiApplication) and app.isSavingSession()
        if self._may_close or ends:
            super().closeEvent(event)
            return
        event.ignore()
        self.ask_for_pin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._toggle_pin()
        # Every other key ends here: none of them does anything.
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isVisible():
            self._look_again()
            if not self.isActiveWindow():
                self._front.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @Slot()
    def ask_for_pin(self) -> None:
        """Staff wants to leave."""
        self._over.stop()
        self.face.show_words(None)
        self.panel.show()
        self.panel.raise_()
        self._arrange()
        self.panel.begin()
        self._nobody.start()

    # -- building -------------------------------------------------------------------------------

    def _build(self, lock: DeskLockService) -> None:
        self.panel = LockPanel(
            self._around.database,
            lock,
            title="Leave the kiosk",
            words="Check-in goes on meanwhile. The PIN brings the Desk back.",
            stay="Stay",
            unlock="Leave",
        )
        self.panel.setParent(self)
        self.panel.hide()
        self.panel.left.connect(self._welcome)
        self.panel.opened.connect(self._leave)
        self.panel.pin.edit.textEdited.connect(self._typed)
        self.staff = self.panel.button
        self.staff.setText("Staff")
        self.staff.setParent(self)
        self.staff.clicked.connect(self._toggle_pin)
        self._no_code = _Foot(NO_CODE, self)
        self._ring = FocusRing(self)

    def _timer(self, milliseconds: int, then: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(then)  # pyright: ignore[reportArgumentType]
        return timer

    def _arrange(self) -> None:
        upright = self.height() > self.width()
        share = self.width() / 480 if upright else min(self.width() / 1000, self.height() / 720)
        foot = max(round(76 * share), 56)
        self.face.setGeometry(0, 0, self.width(), self.height() - foot)
        self.staff.resize(self.staff.sizeHint())
        self.staff.move(
            self.width() - self.staff.width() - 16,
            self.height() - (foot + self.staff.height()) // 2,
        )
        self._no_code.set_margin(self.face.margin)
        self._no_code.setGeometry(0, self.height() - foot, self.staff.x() - 16, foot)
        # Behind the PIN there is nothing to read.
        self.face.setVisible(not self.asks_for_pin)
        self.picture.setGeometry(self.face.beside())
        self.picture.setVisible(self._sees and self.face.words is None and not self.asks_for_pin)
        width = min(720, self.width() - 32)
        height = max(self.panel.minimumSizeHint().height(), self.panel.heightForWidth(width))
        height = min(height + 24, self.face.height())
        self.panel.setGeometry(
            (self.width() - width) // 2, (self.face.height() - height) // 2, width, height
        )

    @property
    def _sees(self) -> bool:
        return self.eye.is_on and not self.eye.excuse

    # -- scanning -------------------------------------------------------------------------------

    @Slot(object)
    def _caught(self, scan: Caught) -> None:
        self._judge(scan.raw, scan.text)

    @Slot(str)
    def _seen(self, code: str) -> None:
        self._judge(code)

    def _judge(self, raw: str, read_as: str = "") -> None:
        if not self.is_on:
            return
        at = At(self._around.settings.desk, "", "kiosk")
        self._around.database.run(
            lambda: self._checkin.scan(raw, at, read_as=read_as),
            self._judged,
            self._not_judged,
            owner=self,
        )

    @Slot(object)
    def _judged(self, answer: Answer | None) -> None:
        """Only now is anything shown: the answer is on disk."""
        if answer is None or not self.is_on:
            return
        if self._event is None:
            self._around.database.run(
                lambda: (self._events.get(), answer), self._judged_first, owner=self
            )
            return
        self._show(answer.verdict, self._event)
        self.answered.emit(answer.verdict)

    @Slot(object)
    def _judged_first(self, both: tuple[Event, Answer]) -> None:
        self._take_event(both[0])
        self._judged(both[1])

    @Slot(object)
    def _not_judged(self, problem: Exception) -> None:
        log.error("A scan at the kiosk was not judged", exc_info=problem)
        self._show_words(
            KioskWords(
                "careful", "hand-waving-fill", "careful", "One moment, please",
                then="Please come to the desk.",
            )
        )  # fmt: skip

    def _show(self, verdict: Verdict, event: Event) -> None:
        words = kiosk_words(verdict, event)
        for code in self.picture.codes:
            if code.text.strip().casefold() == verdict.code.casefold():
                self.picture.answer(code.text, words.mood, words.icon)
        self._show_words(words)

    def _show_words(self, words: KioskWords) -> None:
        self.panel.hide()
        self._nobody.stop()
        self.face.show_words(words)
        self._arrange()
        self._over.start()
        self._sounds.play(words.sound)
        announce(self.face, words.spoken, assertive=True)

    # -- faces ----------------------------------------------------------------------------------

    @Slot()
    def _welcome(self) -> None:
        """The welcome face."""
        for timer in (self._over, self._nobody):
            timer.stop()
        self.panel.hide()
        self.face.show_words(None)
        self._look_again()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _look_again(self) -> None:
        """What guests are asked for depends on what can see them."""
        if self._sees:
            self.face.ask_for("Hold your badge or phone to the camera", "qr-code")
        elif self.isVisible() and not self.isActiveWindow():
            # What a scanner types goes to another window just now.
            self.face.ask_for("Please touch the screen first", "hand-pointing")
        else:
            self.face.ask_for("Hold your badge or phone to the scanner", "barcode")
        self._arrange()

    @Slot()
    def _to_the_front(self) -> None:
        if self.is_on and not self.isActiveWindow():
            self.raise_()
            self.activateWindow()

    @Slot()
    def _toggle_pin(self) -> None:
        if self.asks_for_pin:
            self._welcome()
        else:
            self.ask_for_pin()

    @Slot()
    def _typed(self) -> None:
        self._nobody.start()

    @Slot()
    def _leave(self) -> None:
        # Whoever waits for `left` shows another window first: the last one to close ends the
        # program.
        self._may_close = True
        self.left.emit()
        self.close()

    @Slot(object)
    def _take_event(self, event: Event) -> None:
        self._event = event
        self.face.set_event(event.name)

    @Slot(object)
    def _news(self, changes: Changes) -> None:
        if self.is_on and changes & Changes.EVENT:
            self._around.database.run(self._events.get, self._take_event)


class _Foot(QWidget):
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
