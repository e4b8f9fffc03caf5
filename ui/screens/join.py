"""Joining an event that another laptop shares: its code, this desk's name, and the way there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.join_code import parse_join_code
from facilitator.domain.text import clean, counted, fold
from ui.kit import Button, Card, Caught, EmptyState, Field, Icon, Label, Message, Scroll, TextField
from ui.lanes import FAULT
from ui.screens.inner_page import InnerPage, page_head
from ui.screens.screen import Surroundings

if TYPE_CHECKING:
    from facilitator.services.joining import Joined
    from facilitator.services.way import Step
    from ui.camera_eye import CameraEye
    from ui.screens.start import JoinActs

_SIDE = 328
#: a clock that is wrong by more than this, in seconds, is worth a look
WRONG_CLOCK = 2.0
_BEFORE = (
    "Both laptops must be on the same network: the venue’s, or a phone’s. A guest Wi-Fi often "
    "keeps laptops apart. Try the way says what is in it, and changes nothing."
)


class JoinPage(InnerPage):
    """The page of joining.

    Signals:
        left(): the person goes back.
        said(Message): for the message bar.
    """

    said = Signal(object)

    def __init__(self, around: Surroundings, acts: JoinActs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._acts = around, acts
        self._own_place = False
        self._joining = False
        self._began = 0.0
        self._place = Path()
        box = QVBoxLayout(self)
        box.setSpacing(12)
        box.addLayout(page_head(Label("Join a shared event", "heading"), self.left))
        inner = Scroll(margin=6)
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._across.setSpacing(24)
        self._across.addLayout(self._build_form(), 1)
        self._across.addWidget(self._build_way(), 0)
        inner.box.addLayout(self._across)
        inner.box.addStretch(1)
        box.addWidget(inner, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.join = Button("Join", key="Ctrl+Enter", icon="sign-in", kind="main", desk=True)
        self.join.clicked.connect(self._join)
        self.way = Button("Try the way", key="Alt+T", icon="path", desk=True)
        self.way.clicked.connect(self._try)
        self._said = Label("", "second", wrap=True)
        foot.addWidget(self.join)
        foot.addWidget(self.way)
        foot.addWidget(self._said, 1)
        box.addLayout(foot)
        self._tick = QTimer(self)
        self._tick.setInterval(1_000)
        self._tick.timeout.connect(self._beat)
        around.keys.caught.connect(self._scanned)

    # -- public ---------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Begins anew, unless a joining is under way."""
        if self._joining:
            return
        self._own_place = False
        self.code.set_text("")
        self.name.set_text(self._around.settings.desk)
        for field in (self.code, self.name, self.place):
            field.set_error("")
        self._show_steps(())
        self._said.setText("")
        self._name_changed()

    def take_focus(self) -> None:
        """Puts the keyboard into the code."""
        self.code.take_focus()

    @property
    def state(self) -> str:
        """What stands beside the buttons: what is under way, or what was wrong."""
        return self._said.text()

    @property
    def steps(self) -> list[str]:
        """What the way was found to be."""
        return [words.text() for words in self._lines]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._pages.currentIndex() == 1:
            self._put_camera_away()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # On a small window the way stands below what is typed.
        wide = self.width() >= 720
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._across.setDirection(way)
        self._pages.setMinimumWidth(_SIDE if wide else 0)
        self._pages.setMaximumWidth(_SIDE if wide else 16_777_215)

    def sizeHint(self) -> QSize:
        return QSize(720, 480)

    # -- building -------------------------------------------------------------------------------

    def _build_form(self) -> QVBoxLayout:
        form = QVBoxLayout()
        form.setSpacing(16)
        self.code = TextField(
            "Code", key="Alt+C", rows=4, placeholder="FJ1-…",
            hint="The other laptop shows it under Sharing, Add a laptop: scan it, or type its "
            "groups",
        )  # fmt: skip
        self.code.edit.setFixedHeight(128)
        self.code.changed.connect(self._code_changed)
        form.addWidget(self.code)
        self.camera = Button("Read it with the camera", key="F4", icon="camera")
        self.camera.clicked.connect(self._look)
        form.addWidget(self.camera, 0, Qt.AlignmentFlag.AlignLeft)
        self.name = Field(
            "What this laptop is called", key="Alt+N", placeholder="Desk 2",
            hint="The others read it: “Already here, at Desk 2”",
        )  # fmt: skip
        self.name.edit.setMaxLength(60)
        self.name.changed.connect(self._name_changed)
        form.addWidget(self.name)
        self.place = Field("Where its copy is kept", key="Alt+W", hint="A file on this laptop")
        self.place.edit.textEdited.connect(self._place_edited)
        form.addWidget(self.place)
        form.addStretch(1)
        for field in (self.name, self.place):
            field.edit.returnPressed.connect(self._join)
        return form

    def _build_way(self) -> QStackedWidget:
        self._pages = QStackedWidget()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        card = Card("paper", outlined=True)
        card.box.addWidget(Label("The way to the other laptop", "strong"))
        self._about = Label(_BEFORE, "second", wrap=True)
        card.box.addWidget(self._about)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(8)
        self._lines: list[Label] = []
        card.box.addLayout(self._steps)
        column.addWidget(card)
        column.addStretch(1)
        self._pages.addWidget(page)
        camera = QWidget()
        self._camera_box = QVBoxLayout(camera)
        self._camera_box.setContentsMargins(0, 0, 0, 0)
        self._camera_box.setSpacing(8)
        self._pages.addWidget(camera)
        self._eye: CameraEye | None = None
        self._excuse: EmptyState | None = None
        self._picture: QWidget | None = None
        return self._pages

    # -- what is typed --------------------------------------------------------------------------

    @Slot(object)
    def _scanned(self, scan: Caught) -> None:
        """A scanner types the code wherever the focus is."""
        if self.isVisible() and not self._joining:
            self._read(scan.text)

    @Slot(str)
    def _read(self, text: str) -> None:
        self.code.set_text(text)
        self.code.set_error(code_error(text))
        if not self.code.error:
            self._put_camera_away()
            self.name.take_focus()
            self.name.edit.selectAll()

    @Slot()
    def _code_changed(self) -> None:
        if self.code.error:
            self.code.set_error("")

    @Slot()
    def _name_changed(self) -> None:
        if not self._own_place:
            stem = fold(self.name.text).replace(" ", "-")[:40] or "desk"
            self.place.set_text(str(free_place(self._acts.default_folder(), stem)))

    @Slot()
    def _place_edited(self) -> None:
        self._own_place = True

    def _set_errors(self) -> bool:
        """Says at each field what is wrong with it; whether anything is."""
        errors = (
            (self.code, code_error(self.code.text)),
            (self.name, "" if clean(self.name.text) else "This laptop needs a name."),
            (self.place, "" if self.place.text else "Say where its copy is to be kept."),
        )
        for field, error in reversed(errors):
            field.set_error(error)
            if error:
                field.take_focus()
        return any(error for _, error in errors)

    # -- the way --------------------------------------------------------------------------------

    @Slot()
    def _try(self) -> None:
        error = code_error(self.code.text)
        self.code.set_error(error)
        if error:
            self.code.take_focus()
            return
        self.way.refuse("Trying the way…")
        self._show_steps(())
        code = self.code.text
        self._around.heavy.run(
            lambda: self._acts.try_way(code), self._tried, self._not_tried, owner=self
        )

    @Slot(object)
    def _tried(self, steps: tuple[Step, ...]) -> None:
        self.way.allow()
        self._show_steps(steps)

    @Slot(object)
    def _not_tried(self, problem: Exception) -> None:
        self.way.allow()
        self._tell(problem)

    def _show_steps(self, steps: tuple[Step, ...]) -> None:
        while (item := self._steps.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._lines = []
        for step in steps:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(8)
            icon, tone, word = (
                ("check-circle-fill", "good", "Good") if step.ok
                else ("warning-fill", "attention", "In the way")
            )  # fmt: skip
            line.addWidget(Icon(icon, size=18, tone=tone, word=word), 0, Qt.AlignmentFlag.AlignTop)
            words = Label(step.words, "body", wrap=True)
            line.addWidget(words, 1)
            self._lines.append(words)
            self._steps.addWidget(row)
        self._about.setVisible(not steps)

    # -- joining --------------------------------------------------------------------------------

    @Slot()
    def _join(self) -> None:
        if self._joining or self._set_errors():
            return
        code, name = self.code.text, clean(self.name.text)
        place = self._place = Path(self.place.text).expanduser()
        self._joining, self._began = True, self._around.clocks.steady()
        self.join.refuse("Joining…")
        self.way.refuse("Joining…")
        self._beat()
        self._tick.start()
        self._around.heavy.run(
            lambda: self._acts.join(code, name, place), self._joined, self._not_joined, owner=self
        )

    @Slot(object)
    def _joined(self, joined: Joined) -> None:
        self._end()
        self._around.settings.set(desk=clean(self.name.text))
        odd = abs(joined.skew) > WRONG_CLOCK or joined.held_on != joined.today
        self.said.emit(
            Message("careful" if odd else "done", joined.sentence, seconds=0 if odd else 15)
        )
        self._acts.open(str(self._place))

    @Slot(object)
    def _not_joined(self, problem: Exception) -> None:
        self._end()
        self._tell(problem)

    def _end(self) -> None:
        self._joining = False
        self._tick.stop()
        self.join.allow()
        self.way.allow()
        self._said.setText("")

    def _tell(self, problem: Exception) -> None:
        """What went wrong, at the field that can mend it, else beside the buttons."""
        words = str(problem) if isinstance(problem, Trouble) else FAULT
        low = words.lower()
        if isinstance(problem, Refused) and "of that name" in low:
            self.name.set_error(words)
            self.name.take_focus()
        elif isinstance(problem, Refused) and "code" in low:
            self.code.set_error(words)
            self.code.take_focus()
        else:
            self._said.setText(words)

    @Slot()
    def _beat(self) -> None:
        seconds = int(self._around.clocks.steady() - self._began)
        so_far = f" {counted(seconds, 'second')} so far." if seconds else ""
        self._said.setText(f"Joining: the event comes over to this laptop.{so_far}")

    # -- the camera -----------------------------------------------------------------------------

    @Slot()
    def _look(self) -> None:
        if self._eye is None:
            from ui.camera_eye import CameraEye
            from ui.camera_picture import CameraPicture

            self._eye = CameraEye(
                self._around.cameras(), self._around.settings, self._around.clocks, self
            )
            self._picture = CameraPicture(self._eye)
            self._picture.setMinimumHeight(200)
            self._excuse = EmptyState("camera-slash", "No picture", "-")
            self._excuse.hide()
            self._camera_box.addWidget(Label("Hold the code in front of the camera", "strong"))
            self._camera_box.addWidget(self._picture, 1)
            self._camera_box.addWidget(self._excuse, 1)
            stop = Button("Stop the camera", key="Esc", icon="x", hint_only=True)
            stop.clicked.connect(self._put_camera_away)
            self._camera_box.addWidget(stop, 0, Qt.AlignmentFlag.AlignLeft)
            self._eye.seen.connect(self._read)
            self._eye.excused.connect(self._excused)
        self._pages.setCurrentIndex(1)
        self._eye.start()
        self._excused(self._eye.excuse)

    @Slot(str)
    def _excused(self, why: str) -> None:
        if self._excuse is not None and self._picture is not None:
            self._excuse.detail.setText(why)
            self._excuse.setVisible(bool(why))
            self._picture.setVisible(not why)

    @Slot()
    def _put_camera_away(self) -> None:
        if self._eye is not None:
            self._eye.stop()
        self._pages.setCurrentIndex(0)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._put_camera_away()


def code_error(text: str) -> str:
    """What is wrong with a code as it was typed; empty where it can be one."""
    try:
        parse_join_code(text)
    except Refused as refused:
        return str(refused)
    return ""


def free_place(folder: Path, stem: str) -> Path:
    """A place in the folder that nothing has yet: "desk-2.facilitator", "desk-2-2.facilitator"."""
    place, number = folder / f"{stem}.facilitator", 2
    while place.exists():
        place, number = folder / f"{stem}-{number}.facilitator", number + 1
    return place
