"""Messages: one strip of 40 px under the head, one at a time, never a box in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.icons import paint_icon
from ui.kit.announce import announce
from ui.kit.button import Button
from ui.kit.label import Label
from ui.theme import RADIUS, Theme

#: How long a message of mood "info" stays, in milliseconds.
INFO_MS = 6_000
#: mood: (word, icon, ground, tone of the text), the graver the further down
MOODS = {
    "info": ("Note", "info", "mist", "ink"),
    "done": ("Done", "check-circle-fill", "mist", "ink"),
    "careful": ("Look", "warning-fill", "careful", "on-careful"),
    "stop": ("Stop", "warning-octagon-fill", "stop", "on-stop"),
}
_GRAVITY = {mood: place for place, mood in enumerate(MOODS)}


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its mood (info, done, careful, stop), one plain sentence, perhaps one act.

    `stays` keeps an info on the strip until it is closed; careful and stop always stay. `seconds`
    lets any message go by itself (an offer that ends, such as taking something back).
    """

    mood: str
    text: str
    act: str = ""
    do: Callable[[], Any] | None = None
    key: str = ""
    stays: bool = False
    seconds: float = 0.0
    #: a message takes the place of an earlier one about the same thing ("badges")
    about: str = ""


class MessageBar(QWidget):
    """The strip. The gravest message comes first; the others wait their turn.

    Signals:
        shown(Message): this message now stands on the strip.
        emptied(): nothing is left to say.
    """

    shown = Signal(object)
    emptied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(40)
        self._waiting: list[Message] = []
        self._now: Message | None = None
        box = QHBoxLayout(self)
        box.setContentsMargins(44, 0, 0, 0)
        box.setSpacing(8)
        self._word = Label("", "strong")
        self._text = Label("", "body", elide=True)
        self._more = Label("", "side note")
        box.addWidget(self._word)
        box.addWidget(self._text, 1)
        box.addWidget(self._more)
        self._act_place = QHBoxLayout()
        box.addLayout(self._act_place)
        self._act: Button | None = None
        self._close: Button | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.next)
        self.hide()

    @property
    def message(self) -> Message | None:
        """What stands there now."""
        return self._now

    @property
    def waiting(self) -> tuple[Message, ...]:
        """What comes after it."""
        return tuple(self._waiting)

    def say(self, message: Message) -> None:
        """Shows a message, or lets it wait behind a graver one. The same one twice is one."""
        if message == self._now or message in self._waiting:
            return
        if message.about:
            self._waiting = [m for m in self._waiting if m.about != message.about]
            if self._now is not None and self._now.about == message.about:
                self._now = None
        now = self._now
        if now is None or _GRAVITY[message.mood] >= _GRAVITY[now.mood]:
            if now is not None and (now.stays or _GRAVITY[now.mood] >= _GRAVITY["careful"]):
                self._waiting.insert(0, now)
            self._put(message)
        else:
            self._waiting.append(message)
            self._waiting.sort(key=lambda m: -_GRAVITY[m.mood])
            self._tell_more()

    def withdraw(self, text: str) -> None:
        """Takes back every message of that text: what it told of is over."""
        self._waiting = [m for m in self._waiting if m.text != text]
        if self._now is not None and self._now.text == text:
            self.next()
        else:
            self._tell_more()

    def withdraw_about(self, about: str) -> None:
        """Takes back every message about that: it is settled."""
        self._waiting = [m for m in self._waiting if m.about != about]
        if self._now is not None and self._now.about == about:
            self.next()
        else:
            self._tell_more()

    @Slot()
    def next(self) -> None:
        """Closes this message and shows the next one, if any."""
        self._timer.stop()
        if self._waiting:
            self._put(self._waiting.pop(0))
            return
        self._now = None
        self._clear_act()
        self.hide()
        self.emptied.emit()

    def clear(self) -> None:
        """Puts every message away."""
        while self.message is not None:
            self.next()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._now is None:
            return
        _, icon, ground, tone = MOODS[self._now.mood]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Theme.current().colour(ground))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        paint_icon(painter, QRectF(14, 10, 20, 20), icon, tone)
        painter.end()

    def _put(self, message: Message) -> None:
        self._now = message
        word, _, ground, tone = MOODS[message.mood]
        self._word.setText(word)
        self._text.setText(message.text)
        for label in (self._word, self._text, self._more):
            label.set_tone(tone)
        self._clear_act()
        on = None if ground == "mist" else ground
        if message.act and message.do is not None:
            self._act = Button(message.act, key=message.key, ground=on)
            self._act.clicked.connect(self._acted)
            self._act_place.addWidget(self._act)
        self._close = Button("Close", kind="quiet", icon="x", ground=on)
        self._close.clicked.connect(self.next)
        self._act_place.addWidget(self._close)
        self._tell_more()
        self.setAccessibleName(f"{word}: {message.text}")
        self.show()
        self.update()
        grave = _GRAVITY[message.mood] >= _GRAVITY["careful"]
        announce(self, f"{word}: {message.text}", assertive=grave)
        self._timer.stop()
        if message.seconds:
            self._timer.start(round(message.seconds * 1000))
        elif not grave and not message.stays:
            self._timer.start(INFO_MS)
        self.shown.emit(message)

    def _clear_act(self) -> None:
        for button in (self._act, self._close):
            if button is not None:
                button.hide()
                self._act_place.removeWidget(button)
                button.deleteLater()
        self._act = self._close = None

    def _tell_more(self) -> None:
        count = len(self._waiting)
        self._more.setText(f"{count} more" if count else "")

    @Slot()
    def _acted(self) -> None:
        message = self._now
        self.next()
        if message is not None and message.do is not None:
            message.do()
