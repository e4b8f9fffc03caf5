"""Scanner check: a test code is scanned; what is wrong is named, and set right where it can be."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.scanners import TEST_CODE, USUAL
from facilitator.services.events import EventService
from ui.kit import Button, Icon, Label, ScannerTest, Scroll, announce
from ui.kit.code_picture import CodePicture as _CodePicture
from ui.screens.desk_page import DeskPage
from ui.screens.desk_scanner_words import STATES, Finding, findings, headline, kept_words
from ui.screens.screen import Surroundings
from ui.screens.sheet import Sheet, hand_out

_HELP = (
    ("barcode", "Scan the code at the left with each scanner of this desk."),
    ("keyboard", "It must be in keyboard mode (its handbook says “USB HID” or “wedge”)."),
    ("users", "Guests can be scanned meanwhile: they are checked in as always."),
)


#: how wide a sentence is at least, in pixels
_SENTENCE = 360
#: how large the code is shown, in pixels
_CODE = 270


class CodePicture(_CodePicture):
    """The test code."""

    def __init__(self, parent: QWidget | None = None) -> None:
        name = "The scanner’s test code, to be scanned from the screen"
        super().__init__(TEST_CODE, name=name, side=_CODE, parent=parent)


class _FindingRow(QWidget):
    """One thing that was looked at: icon, word, sentence."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        icon, tone = STATES[finding.state]
        self._build(icon, tone, finding.word, finding.sentence)
        self.setAccessibleName(f"{finding.word}: {finding.sentence}")

    def _build(self, icon: str, tone: str, word: str, sentence: str) -> None:
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 4, 0, 4)
        across.setSpacing(12)
        across.addWidget(Icon(icon, size=20, tone=tone), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(word, "strong"))
        said = Label(sentence, "second", wrap=True)
        # Narrower than it ever is, a sentence would seem to need more lines than it does.
        said.setMinimumWidth(_SENTENCE)
        words.addWidget(said)
        across.addLayout(words, 1)


class _HelpRow(QWidget):
    """One line of what to do."""

    def __init__(self, icon: str, sentence: str) -> None:
        super().__init__()
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 6, 0, 6)
        across.setSpacing(12)
        across.addWidget(Icon(icon, size=20, tone="muted"), 0, Qt.AlignmentFlag.AlignTop)
        across.addWidget(Label(sentence, "body", wrap=True), 1)


class ScannerPage(DeskPage):
    """The test code, and what came of scanning it. What can be set right is kept at once."""

    title = "Scanner check"
    detail = "Scan a test code: what is wrong is named, and set right where it can be"
    icon = "barcode"

    def __init__(
        self, around: Surroundings, event: EventService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._around, self._event = around, event
        self.sheet = Sheet("The test code is", "scanner check.pdf", self._write_code)
        self._state = ""
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        self._head = Label(self.title, "heading", elide=True)
        box.addLayout(self.build_head(self._head))
        across = QHBoxLayout()
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(CodePicture())
        self.print = Button("Print the test code", key="Ctrl+P", icon="printer")
        self.print.clicked.connect(self._write)
        left.addWidget(self.print, 0, Qt.AlignmentFlag.AlignLeft)
        left.addStretch(1)
        across.addLayout(left)
        self._right = Scroll(spacing=4)
        across.addWidget(self._right, 1)
        box.addLayout(across, 1)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        self._kept = Label("", "side note", elide=True)
        foot.addWidget(self._kept, 1)
        self.forget = Button("Forget it", kind="quiet")
        self.forget.clicked.connect(self._forget)
        foot.addWidget(self.forget)
        box.addLayout(foot)
        self._say = Label("", "side note", elide=True)
        box.addWidget(self._say)
        self._say.hide()
        around.keys.profile = around.settings.scanner
        around.keys.tested.connect(self._tested)
        self._show_help()
        self._show_kept()

    # -- the page -------------------------------------------------------------------------------

    def state(self) -> str:
        """Whether the scanner was tried since the program began, and when."""
        return self._state

    def begin(self) -> None:
        """Waits for the test code, as if nothing had been scanned."""
        self._say.hide()
        self._head.setText(self.title)
        self._show_help()
        self._show_kept()
        self.print.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _tested(self, test: ScannerTest) -> None:
        if not self.isVisible():
            return
        found = findings(test)
        words, state = headline(found)
        if not test.found.lost:
            self._keep(test)
        now = self._around.clocks.now().astimezone()
        self._state = f"{'Look at it' if state == 'you' else 'Works'}, {now:%H:%M}"
        self._head.setText(words)
        self._fill([_FindingRow(one) for one in found])
        self._show_kept()
        first = found[0].sentence if found[0].state != "right" else ""
        announce(self, f"{words}. {first}", assertive=True)

    def _keep(self, test: ScannerTest) -> None:
        self._around.settings.set_scanner(test.profile)
        self._around.keys.profile = test.profile

    @Slot()
    def _forget(self) -> None:
        self._around.settings.set_scanner(USUAL)
        self._around.keys.profile = USUAL
        self.begin()

    def _show_help(self) -> None:
        self._fill([_HelpRow(icon, sentence) for icon, sentence in _HELP])

    def _fill(self, rows: list[QWidget] | list[_FindingRow] | list[_HelpRow]) -> None:
        box = self._right.box
        while (item := box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            box.addWidget(row)
        box.addStretch(1)

    def _show_kept(self) -> None:
        words = kept_words(self._around.settings.scanner)
        self._kept.setText(words)
        self._kept.setVisible(bool(words))
        self.forget.setVisible(bool(words))

    # -- the sheet ------------------------------------------------------------------------------

    @Slot()
    def _write(self) -> None:
        """On the printer where there is one; else as a PDF where the person says."""
        hand_out(self.sheet, self, self.title, self._around.heavy, self._told)

    def _write_code(self, path: Path) -> None:
        """Runs on the heavy lane."""
        from facilitator.documents.page import Occasion
        from facilitator.documents.scanner_test import write_test_code

        event = self._event.get()
        printed = event.local(self._around.clocks.now())
        write_test_code(path, Occasion(event.name, printed, event.held_on, event.venue))

    @Slot(object)
    def _told(self, sentence: str) -> None:
        self._say.setText(sentence)
        self._say.show()
        announce(self, sentence, assertive=False)
