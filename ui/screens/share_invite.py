"""The code by which another laptop joins: as a picture, as a text, and how long it is good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from facilitator.clocks import Clocks
from facilitator.domain.roles import Role
from ui.kit import Button, Choice, EmptyState, Label, Option, Scroll, State
from ui.kit.code_picture import CodePicture
from ui.screens.share_words import ROLES, left_words
from ui.theme import PART, font

if TYPE_CHECKING:
    from facilitator.services.sharing import Invitation

#: the picture is this wide at most and at least, in pixels
_WIDE, _NARROW = 464, 280
#: what stands beside it, and on a small window
_SIDE, _NARROW_SIDE = 392, 344


class InvitePage(QWidget):
    """Shows one code at a time.

    Signals:
        wanted(str): a code for this role is wanted (desk, facilitator, organiser).
    """

    wanted = Signal(str)

    def __init__(self, clocks: Clocks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clocks = clocks
        self._invitation: Invitation | None = None
        self._taken = ""
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        self.picture = CodePicture(name="The join code, for a scanner or a camera", side=_WIDE,
                                   least=_NARROW)  # fmt: skip
        self._none = EmptyState(
            "qr-code", "No code is shown",
            "A code lets one laptop in, once, and is good for ten minutes. Choose what that laptop "
            "may do, and show it.",
        )  # fmt: skip
        left.addWidget(self.picture, 1, Qt.AlignmentFlag.AlignHCenter)
        left.addWidget(self._none, 1)
        self.picture.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.picture.setMinimumWidth(_NARROW)
        across.addLayout(left, 1)
        self._side = side = Scroll(spacing=12, margin=6)
        side.setFixedWidth(_NARROW_SIDE)
        across.addWidget(side)
        side.box.addWidget(Label("What the other laptop may do", "strong"))
        options = [Option(role.value, name) for role, name in ROLES.items()]
        self.role = Choice(options, name="What the other laptop may do")
        self.role.chosen.connect(self._chosen)
        side.box.addWidget(self.role)
        self._about = Label("", "second", wrap=True)
        side.box.addWidget(self._about)
        self.new = Button("Show a code", key="N", icon="qr-code", kind="main")
        self.new.clicked.connect(self._wanted)
        side.box.addWidget(self.new, 0, Qt.AlignmentFlag.AlignLeft)
        self._good = State("", "hourglass", tone="ink", role="strong")
        side.box.addWidget(self._good)
        self._how = Label("", "second", wrap=True)
        side.box.addWidget(self._how)
        self._text = Label("", "sentence", wrap=True)
        self._text.setFont(font(PART, "semibold", tabular=True))
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        side.box.addWidget(self._text)
        self.copy = Button("Copy the text", key="Alt+C", icon="copy")
        self.copy.clicked.connect(self._copy)
        side.box.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        side.box.addStretch(1)
        self._chosen()

    @property
    def text(self) -> str:
        """The text of the code that is shown; empty while none is, or it is over or used."""
        return self._invitation.text if self._invitation is not None and self._is_live else ""

    @property
    def _is_live(self) -> bool:
        code = self._invitation
        return code is not None and not self._taken and code.until > self._clocks.now()

    @property
    def good(self) -> str:
        """What is said about how long it is good, or what became of it."""
        return self._good.text

    def show_invitation(self, invitation: Invitation | None) -> None:
        """Another code, or none."""
        self._invitation, self._taken = invitation, ""
        self.copy.setText("Copy the text")
        self._paint()

    def taken_by(self, name: str) -> None:
        """The code that is shown has let this laptop in."""
        if self._invitation is not None:
            self._taken = name
            self._paint()

    @Slot()
    def beat(self) -> None:
        """Once a second: how long it is still good."""
        if self._invitation is not None:
            self._paint()

    def take_focus(self) -> None:
        """Puts the keyboard where it belongs."""
        self.new.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(_WIDE + _SIDE + 24, _WIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = _SIDE if self.width() >= 900 else _NARROW_SIDE
        self._side.setFixedWidth(beside)

    @Slot()
    def _chosen(self) -> None:
        """Another role: the code in sight is for the one before, and goes."""
        self._about.setText(Role(self.role.value).explained)
        self.show_invitation(None)

    @Slot()
    def _wanted(self) -> None:
        self.wanted.emit(self.role.value)

    @Slot()
    def _copy(self) -> None:
        if self.text:
            QGuiApplication.clipboard().setText(self.text)
            self.copy.setText("Copied")

    def _paint(self) -> None:
        code = self._invitation
        live = self._is_live
        self.picture.set_text(self.text)
        self.picture.setVisible(live)
        self._none.setVisible(not live)
        self._none.heading.setText(f"{self._taken} is in" if self._taken else "No code is shown")
        self.copy.setVisible(live)
        self._text.setText(spaced(self.text))
        self._text.setVisible(live)
        self.new.setText("A new code" if code is not None else "Show a code")
        self._good.setVisible(code is not None)
        self._how.setVisible(live)
        self._how.setText(
            "On the other laptop: Start, Join a shared event. Scan the code, or type:"
        )
        if code is None:
            return
        if self._taken:
            self._good.set_state(f"{self._taken} is in.", "check-circle-fill")
        else:
            words = left_words(code.until, self._clocks.now())
            self._good.set_state(words, "hourglass", "ink" if live else "attention")


def spaced(text: str) -> str:
    """The code's groups with room between them, so that they can be read out and typed."""
    return "  ".join(text.split("-"))
