"""The window on the projector: full screen, deaf to keys, back on its screen when it returns."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facilitator.clocks import Clocks
from facilitator.services.room_display import Face, RoomPicture
from ui.room.view import RoomView
from ui.settings import LaptopSettings


class RoomWindow(QWidget):
    """The room display. Escape and a clicker's keys never close it: it takes no keys at all."""

    def __init__(self, clocks: Clocks) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setWindowTitle("Facilitator: the room")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.view = RoomView(clocks)
        self._may_close = False
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view)
        self.resize(960, 540)

    def fill(self, screen: QScreen) -> None:
        """Fill a screen to its edges."""
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, True)
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def float_over(self, screen: QScreen) -> None:
        """A small window: on the only screen the room display never covers the laptop's own."""
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, False)
        size = screen.availableGeometry()
        self.setGeometry(QRect(size.right() - 660, size.bottom() - 400, 640, 360))
        self.showNormal()

    def end(self) -> None:
        """Close it for good."""
        self._may_close = True
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close:
            event.ignore()
            return
        super().closeEvent(event)


class RoomKeeper(QObject):
    """Keeps the room window where it belongs.

    Signals:
        said(str, str): mood and sentence for the message bar.
        placed(str): where the room display is now, in words.
    """

    said = Signal(str, str)
    placed = Signal(str)

    def __init__(
        self, settings: LaptopSettings, clocks: Clocks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings, self._clocks = settings, clocks
        self._window: RoomWindow | None = None
        self._picture: RoomPicture | None = None
        self._wanted = False
        self._where = "Not open"
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenAdded.connect(self._screen_came)
        app.screenRemoved.connect(self._screen_went)

    @property
    def is_open(self) -> bool:
        """Whether the room display was opened, and not put away since."""
        return self._wanted

    @property
    def where(self) -> str:
        """Where it is, in words."""
        return self._where

    @property
    def window(self) -> RoomWindow | None:
        """The window, once it was opened."""
        return self._window

    def open(self, laptop: QScreen | None) -> None:
        """Show the room display on its screen: the remembered one, else any but the laptop's."""
        self._wanted = True
        self._settings.set(room_open=True)
        if self._window is None:
            self._window = RoomWindow(self._clocks)
            if self._picture is not None:
                self._window.view.show_picture(self._picture)
        self._place(laptop)

    def close(self) -> None:
        """Put the room display away."""
        self._wanted = False
        self._settings.set(room_open=False)
        self._end_window()
        self._tell_where("Not open")

    def shut_down(self) -> None:
        """The program ends: whether it was open is remembered."""
        self._end_window()

    def show_picture(self, picture: RoomPicture) -> None:
        """Another picture; for the speaker's own slides the window steps aside."""
        self._picture = picture
        if self._window is None:
            return
        self._window.view.show_picture(picture)
        if picture.shown.face is Face.SLIDES:
            self._window.hide()
        elif self._wanted and not self._window.isVisible():
            self._place(None)

    def next_screen(self, laptop: QScreen | None) -> None:
        """Move it to the next screen that is not the laptop's, and remember that one."""
        others = _others(laptop)
        if not others or self._window is None:
            return
        names = [screen.name() for screen in others]
        now = self._settings.room_screen
        at = (names.index(now) + 1) % len(names) if now in names else 0
        self._settings.set(room_screen=names[at])
        self._place(laptop)

    # -- internal -------------------------------------------------------------------------------

    def _place(self, laptop: QScreen | None) -> None:
        assert self._window is not None
        laptop = laptop or QGuiApplication.primaryScreen()
        if is_mirrored():
            self._window.float_over(laptop)
            self._tell_where("In a small window: both screens show the same picture")
            self.said.emit("careful", "The projector mirrors this laptop: choose “extend” in the "
                           "system’s display settings, then press F11 again.")  # fmt: skip
            return
        others = _others(laptop)
        if not others:
            self._window.float_over(laptop)
            self._tell_where("In a small window: there is only one screen")
            self.said.emit("info", "There is only one screen, so the room display stays a small "
                           "window. It goes to the projector when one is plugged in.")  # fmt: skip
            return
        chosen = next((s for s in others if s.name() == self._settings.room_screen), others[0])
        self._settings.set(room_screen=chosen.name())
        self._window.fill(chosen)
        self._tell_where(f"On {chosen.name()}")

    def _tell_where(self, words: str) -> None:
        self._where = words
        self.placed.emit(words)

    def _end_window(self) -> None:
        if self._window is not None:
            self._window.end()
            self._window.deleteLater()
            self._window = None

    @Slot(QScreen)
    def _screen_came(self, _screen: QScreen) -> None:
        if self._wanted and self._window is not None:
            self._place(None)
            self.said.emit("done", "The projector is back, and shows what it showed.")

    @Slot(QScreen)
    def _screen_went(self, screen: QScreen) -> None:
        if (
            self._wanted
            and self._window is not None
            and screen.name() == self._settings.room_screen
        ):
            self._window.hide()
            self._tell_where("The projector is gone")
            self.said.emit("careful", "The projector is gone. The room display waits, and returns "
                           "by itself when it is plugged in again.")  # fmt: skip


def is_mirrored() -> bool:
    """Whether two screens show the same part of the desktop."""
    places = [screen.geometry().topLeft().toTuple() for screen in QGuiApplication.screens()]
    return len(set(places)) < len(places)


def _others(laptop: QScreen | None) -> list[QScreen]:
    usual = laptop or QGuiApplication.primaryScreen()
    return [screen for screen in QGuiApplication.screens() if screen is not usual]
