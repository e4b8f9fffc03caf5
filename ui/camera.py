"""The Desk's camera: the picture and the last verdict, so that nobody need leave the page."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.services.events import Event
from ui.camera_eye import CameraEye
from ui.camera_picture import CameraPicture
from ui.kit import Button, EmptyState, Label, Picker
from ui.screens.desk_card import SHRINK_MS, VerdictCard
from ui.screens.desk_words import VerdictWords
from ui.screens.screen import Surroundings

#: the least height of the picture, in pixels
LOWEST = 160
ASK = "Hold the code in front of the camera"
#: the picture's size while a verdict has the page, in pixels
SMALL = QSize(256, 144)
#: how long a remark about the camera stands in place of the request, in milliseconds
TOLD_MS = 10_000


class CameraPage(QWidget):
    """The picture of the camera, and what was read from it.

    While a verdict is large the picture steps aside, yet the camera goes on reading: the next
    guest's code dismisses the verdict.

    Signals:
        scanned(str): a code was read; the same as from a hand scanner.
        left(): back to the desk.
    """

    scanned = Signal(str)
    left = Signal()

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.eye = CameraEye(around.cameras(), around.settings, around.clocks, self)
        #: what opens the page; it stands at the foot of the Desk
        self.button = Button("Camera", key="F4", icon="camera", desk=True)
        self.card = VerdictCard(around.clocks)
        self.picture = CameraPicture(self.eye)
        self._build()
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.setInterval(SHRINK_MS)
        self._over.timeout.connect(self._put_away)
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.setInterval(TOLD_MS)
        self._told.timeout.connect(self._ask)
        self.eye.seen.connect(self.scanned)
        self.eye.excused.connect(self._excused)
        self.eye.told.connect(self._tell)
        self.eye.listed.connect(self._list)

    @property
    def words(self) -> str:
        """What the head of the page says."""
        return self._words.text()

    @property
    def excuse(self) -> str:
        """The sentence that stands in place of a picture; empty while there is one."""
        return self._excuse.detail.text() if self._excuse.isVisibleTo(self) else ""

    def look_around(self) -> None:
        """The button says whether there is a camera; it can be pressed all the same, because one
        may be plugged in at any time and the page says what to do."""
        why = self.eye.why_not()
        self.button.setText("No camera" if why else "Camera")
        self.button.set_icon("camera-slash" if why else "camera")
        self.button.setToolTip(why)
        if why:
            self.button.setAccessibleDescription(f"Key: F4. {why}")

    def show_verdict(self, shown: VerdictWords, event: Event, at: datetime, code: str = "") -> None:
        """The verdict on a code, from the camera or a scanner; it is on disk by now."""
        for found in self.picture.codes:
            if found.text.strip().casefold() == code.casefold():
                self.picture.answer(found.text, shown.mood, shown.icon)
        self.card.resize(self.width(), self.card.height())
        self.card.show_verdict(shown, event, at)
        self.card.show()
        self._over.start()
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._list()
            self.eye.start()
            self._excused(self.eye.excuse)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.eye.stop()
            self.picture.clear()
            self._put_away()
            self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._is_answering:
                self._put_away()
            else:
                self.left.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        self._words = Label(ASK, "heading", elide=True)
        head.addWidget(self._words, 1)
        self.choice = Picker(name="Camera")
        self.choice.setMaximumWidth(280)
        self.choice.activated.connect(self._chosen)
        head.addWidget(self.choice)
        back = Button("Back", key="Esc", icon="arrow-left", hint_only=True)
        back.clicked.connect(self.left)
        head.addWidget(back)
        box.addWidget(self._head)
        self._stage = QWidget()
        self._stage.setMinimumSize(240, LOWEST)
        box.addWidget(self._stage, 1)
        self.picture.setParent(self._stage)
        self._again = Button("Try again", icon="arrow-clockwise", desk=True)
        self._again.clicked.connect(self.eye.again)
        self._excuse = EmptyState("camera-slash", "No picture", "-", self._again, self._stage)
        self._excuse.hide()
        self._next = Label("The next code takes this away.", "lead", parent=self._stage)
        self._next.hide()
        self.card.setParent(self._stage)
        self.card.hide()

    @property
    def _is_answering(self) -> bool:
        return self.card.isVisibleTo(self._stage)

    @Slot()
    def _arrange(self) -> None:
        """The picture alone, or the verdict large and the picture small below it."""
        answering = self._is_answering
        needed = self._card_height() if answering else 0
        # What does not fit pushes the head out first, then the page scrolls, as the Desk does.
        self._head.setVisible(needed <= self.height() - self._head.sizeHint().height() - 8)
        self._stage.setMinimumHeight(max(needed, LOWEST))
        layout = self.layout()
        assert layout is not None
        layout.activate()
        whole = self._stage.rect()
        both = whole.height() - SMALL.height() - 8 >= needed
        small = QRect(whole)
        if answering:
            small = QRect(QPoint(0, whole.height() - SMALL.height()), SMALL)
            low = small.height() + 8 if both else 0
            self.card.setGeometry(whole.adjusted(0, 0, 0, -low))
            self.card.raise_()
        self.picture.setVisible((both or not answering) and not self.eye.excuse)
        self.picture.setGeometry(small)
        self._next.setVisible(answering and self.picture.isVisibleTo(self._stage))
        self._next.move(small.right() + 24, small.center().y() - self._next.height() // 2)
        self._excuse.setVisible(bool(self.eye.excuse) and not answering)
        self._excuse.setGeometry(whole)

    def _card_height(self) -> int:
        """What the verdict needs at the page's width, in pixels."""
        hint = self.card.minimumSizeHint().height()
        return max(hint, self.card.heightForWidth(self.width()))

    @Slot()
    def _put_away(self) -> None:
        self._over.stop()
        self.card.clear()
        self.card.hide()
        self._arrange()

    @Slot(str)
    def _excused(self, sentence: str) -> None:
        self._excuse.detail.setText(sentence)
        self._excuse.detail.setVisible(bool(sentence))
        self._words.setText("The camera is not in use" if sentence else ASK)
        if sentence:
            self.picture.clear()
        self._arrange()

    @Slot(str)
    def _tell(self, sentence: str) -> None:
        self._words.setText(sentence)
        self._told.start()

    @Slot()
    def _ask(self) -> None:
        self._told.stop()
        if not self.eye.excuse:
            self._words.setText(ASK)

    @Slot()
    def _list(self) -> None:
        """The cameras by name; with only one there is nothing to choose."""
        cameras = self.eye.cameras
        self.choice.blockSignals(True)
        self.choice.clear()
        for camera in cameras:
            self.choice.addItem(camera.name, camera.id)
        if not self.eye.open_id and cameras:
            # Whichever is chosen while none is open is a choice.
            self.choice.setCurrentIndex(-1)
            self.choice.setPlaceholderText("Choose a camera")
        else:
            self.choice.setCurrentIndex(self.choice.findData(self.eye.open_id))
        self.choice.blockSignals(False)
        wanted = 2 if self.eye.open_id else 1
        self.choice.setVisible(len(cameras) >= wanted)
        self.look_around()

    @Slot(int)
    def _chosen(self, place: int) -> None:
        self.eye.choose(str(self.choice.itemData(place)))
