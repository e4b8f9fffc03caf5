"""The kiosk: the whole screen for guests who check themselves in. Only the PIN leaves it.

Everything that could leave (Escape, the Staff button, Alt+F4, the system's close) asks for the
PIN. The window stands alone: the main window is hidden meanwhile, and with it every shortcut.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
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
from ui.kit import FocusRing, announce
from ui.kit.burst import Caught
from ui.kit.sound import Sounds
from ui.screens.desk_lock import LockPanel
from ui.screens.kiosk_face import KioskFace, KioskFoot
from ui.screens.kiosk_words import KioskWords, kiosk_words
from ui.screens.screen import Surroundings

log = logging.getLogger("facilitator.ui")

#: a verdict stands so long, then the welcome face is back; the next code takes it away at once
STANDS_MS = 6_000
#: nobody types a PIN for so long: back to the welcome face
NOBODY_MS = 30_000
NO_CODE = "No code? Please come to the desk."


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
        self._no_code = KioskFoot(NO_CODE, self)
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
