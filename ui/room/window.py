"""The window on the projector: full screen, deaf to keys, back on its screen when it returns."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facilitator.clocks import Clocks
from facilitator.services.room_display import Face, RoomPicture
from ui.room.screens import ScreenNow, Screens, SystemScreens, are_mirrored, known, screen_now
from ui.room.show import RoomShow
from ui.room.view import RoomView
from ui.settings import LaptopSettings

#: how often it is seen to that the window is where it belongs, in milliseconds
_LOOK_MS = 2_000
_KEYS = {
    QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride,
    QEvent.Type.Shortcut,
}  # fmt: skip


_GONE = "Hidden: the projector is gone"
_MIRRORED = (
    "The projector mirrors this laptop: choose “extend” in the system’s display settings, and the "
    "room display goes there."
)


class RoomWindow(QWidget):
    """The room display. Escape and a clicker's keys never close it: it takes no keys at all."""

    def __init__(self, show: RoomShow) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setWindowTitle("Facilitator: the room")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view = RoomView(show)
        self._may_close = False
        self._fills = False
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view)
        self.resize(960, 540)

    @property
    def fills(self) -> bool:
        """Whether it is meant to fill a screen; what the system made of it is another matter."""
        return self._fills

    def fill(self, screen: ScreenNow) -> None:
        """Fill a screen to its edges; no pointer is seen there."""
        if self.isVisible() and self._fills and self.geometry() == screen.area:
            return
        if self._fills:
            # Moved while it fills a screen, it would go on filling the wrong one.
            self.hide()
            self.setWindowState(Qt.WindowState.WindowNoState)
        self._fills = True
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, True)
        if screen.handle is not None:
            self.setScreen(screen.handle)
        self.setGeometry(screen.area)
        # showFullScreen() would ask for the keyboard, which stays with the laptop.
        self.setWindowState(Qt.WindowState.WindowFullScreen)
        self.setVisible(True)
        if self.geometry() != screen.area:
            # A system that chose another screen for it is overruled.
            self.setGeometry(screen.area)

    def float_over(self, screen: ScreenNow) -> None:
        """A small window: on the only screen the room display never covers the laptop's own."""
        self._fills = False
        self.unsetCursor()
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, False)
        size = screen.free
        self.setWindowState(Qt.WindowState.WindowNoState)
        self.setVisible(True)
        self.setGeometry(QRect(size.right() - 660, size.bottom() - 400, 640, 360))

    def end(self) -> None:
        """Close it for good."""
        self._may_close = True
        self.close()

    def event(self, event: QEvent) -> bool:
        # A clicker's keys, Escape, F5: whatever reaches it ends here.
        if event.type() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        app = QGuiApplication.instance()
        leaving = isinstance(app, QGuiApplication) and app.isSavingSession()
        if not self._may_close and not leaving:
            event.ignore()
            return
        super().closeEvent(event)


class RoomKeeper(QObject):
    """Keeps the room window where it belongs.

    It fills the projector that was chosen, or opens as a small window where there is none. A
    projector that goes takes the window out of sight, and brings it back when it returns: what
    the room sees never lands on the laptop's own screen by itself.

    Signals:
        said(str, str): mood and sentence for the message bar.
        placed(str): where the room display is now, in words.
    """

    said = Signal(str, str)
    placed = Signal(str)

    def __init__(
        self,
        settings: LaptopSettings,
        clocks: Clocks,
        parent: QObject | None = None,
        *,
        screens: Screens | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._screens: Screens = screens or SystemScreens(self)
        self.room = RoomShow(clocks, self)
        self._window: RoomWindow | None = None
        self._wanted = False
        self._asked = False
        self._laptop = ""
        self._where = "Not open"
        self._screens.changed.connect(self._screens_changed)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self.look)

    # -- properties -----------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether the room display was opened, and not put away since."""
        return self._wanted

    @property
    def is_aside(self) -> bool:
        """Whether the window stepped aside for the speaker's own slides."""
        picture = self.room.picture
        return self._wanted and picture is not None and picture.shown.face is Face.SLIDES

    @property
    def where(self) -> str:
        """Where it is, in words."""
        return self._where

    @property
    def is_on_projector(self) -> bool:
        """Whether the room can see it."""
        return self._window is not None and self._window.isVisible() and self._window.fills

    @property
    def window(self) -> RoomWindow | None:
        """The window, once it was opened."""
        return self._window

    # -- public ---------------------------------------------------------------------------------

    def open(self, laptop: QScreen | None, *, again: bool = False) -> None:
        """Show the room display on its screen: the remembered one, else any but the laptop's.

        `again`: not asked for by a person but as it was when the program ended; without a
        projector it then waits out of sight.
        """
        self._wanted, self._asked = True, not again
        self._settings.set(room_open=True)
        if self._window is None:
            self._window = RoomWindow(self.room)
        self._place(laptop, adopt=True)
        self._look.start()

    def close(self) -> None:
        """Put the room display away."""
        self._wanted = False
        self._settings.set(room_open=False)
        self._end_window()
        self._tell_where("Not open")

    def shut_down(self) -> None:
        """The program ends: whether it was open is remembered."""
        self.room.end()
        self._end_window()

    def show_picture(self, picture: RoomPicture) -> None:
        """Another picture; for the speaker's own slides the window steps aside."""
        aside = self.is_aside
        self.room.set_picture(picture)
        if self._window is not None and self._wanted and aside != self.is_aside:
            self._place(None)

    def next_screen(self, laptop: QScreen | None) -> None:
        """Move it to the next screen that is not the laptop's, and remember that one."""
        others = self._others(laptop)
        if self._window is None:
            self.said.emit("info", "The room display is not open yet: show it first.")
            return
        if not others:
            self.said.emit("info", "There is no other screen to go to.")
            return
        here = known(others, self._settings.room_screen)
        at = (others.index(here) + 1) % len(others) if here in others else 0
        self._settings.set(room_screen=others[at].key)
        self._asked = True
        self._place(laptop)

    @Slot()
    def look(self) -> None:
        """See to it that the window is where it belongs: a system that woke up, or rearranged its
        screens, may have put it elsewhere without saying so."""
        if self._window is None or not self._wanted or self.is_aside:
            return
        there = known(self._screens.all(), self._settings.room_screen)
        shown = self._window.fills and self._window.isVisible()
        astray = shown and (there is None or self._window.geometry() != there.area)
        if astray or (self._where == _GONE and there is not None):
            self._screens_changed()

    # -- internal -------------------------------------------------------------------------------

    def _place(self, laptop: QScreen | None, *, adopt: bool = False) -> None:
        """Put the window where it belongs now; `adopt`: without its own projector take another."""
        window = self._window
        assert window is not None
        own = self._own(laptop)
        screens = self._screens.all()
        if self.is_aside:
            window.hide()
            self._tell_where("Aside for the slides (F11)")
            return
        if are_mirrored(screens):
            if self._stay_small(own, "In a small window: mirrored",
                                "Hidden: the projector mirrors"):  # fmt: skip
                self.said.emit("careful", _MIRRORED)
            return
        others = self._others(laptop)
        chosen = known(others, self._settings.room_screen)
        if chosen is None and others and (adopt or self._asked or not self._settings.room_screen):
            chosen = others[0]
        if chosen is not None:
            self._settings.set(room_screen=chosen.key)
            self._asked = False
            self.room.set_shape(chosen.area.size())
            window.fill(chosen)
            self._tell_where(f"On {chosen.words}")
            return
        if not others and (self._asked or not self._settings.room_screen):
            if self._stay_small(own, "In a small window: only one screen",
                                "Hidden: only one screen"):  # fmt: skip
                self.said.emit("info", "There is only one screen, so the room display stays a "
                               "small window. Plug a projector in, or choose “extend” where it "
                               "mirrors this laptop, and it goes there.")  # fmt: skip
            return
        window.hide()
        self._tell_where(_GONE)

    def _stay_small(self, own: ScreenNow | None, words: str, hidden: str) -> bool:
        """A small window where a person asked for one; else out of sight. Whether it is new."""
        window = self._window
        assert window is not None
        before = self._where
        if self._asked and own is not None:
            if not window.isVisible() or window.fills:
                window.float_over(own)
            self._tell_where(words)
        else:
            window.hide()
            self._tell_where(hidden)
        return before != self._where or self._asked

    def _own(self, laptop: QScreen | None) -> ScreenNow | None:
        """The laptop's own screen: where the main window is, else the system's first."""
        if laptop is not None:
            self._laptop = screen_now(laptop).key
        screens = self._screens.all()
        return known(screens, self._laptop) or next(iter(screens), None)

    def _others(self, laptop: QScreen | None) -> list[ScreenNow]:
        own = self._own(laptop)
        return [screen for screen in self._screens.all() if screen != own]

    def _tell_where(self, words: str) -> None:
        if words != self._where:
            self._where = words
            self.placed.emit(words)

    def _end_window(self) -> None:
        self._look.stop()
        if self._window is not None:
            self._window.end()
            self._window.deleteLater()
            self._window = None

    @Slot()
    def _screens_changed(self) -> None:
        if not self._wanted or self._window is None:
            return
        was_on, before = self.is_on_projector, self._where
        self._place(None)
        if self.is_on_projector and not was_on:
            self.said.emit("done", "The projector is back, and shows what it showed.")
        elif was_on and self._where == _GONE and before != _GONE:
            self.said.emit("careful", "The projector is gone. The room display waits, and returns "
                           "by itself when it is plugged in again.")  # fmt: skip
