"""Practice for the desk: six test tickets, each with another verdict, on an event of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.clocks import Clocks
from facilitator.domain.errors import Trouble
from facilitator.services.practice import (
    BY_CODE,
    PACE,
    TASKS,
    Practice,
    Practised,
    pace_words,
    task_of,
    write_tickets,
)
from ui.kit import (
    Bar,
    Button,
    Card,
    Caught,
    Icon,
    Label,
    Row,
    RowList,
    Scroll,
    SearchField,
    State,
    announce,
)
from ui.kit.sound import Sounds
from ui.lanes import FAULT
from ui.screens.desk_page import DeskPage
from ui.screens.desk_words import VerdictWords, words
from ui.screens.screen import Surroundings
from ui.screens.sheet import Sheet, hand_out

#: below this width, in pixels, the list of the six stands under the verdict
NARROW = 560


class _Answer(Card):
    """What a ticket ended in, as the Desk would show it, without its acts."""

    def __init__(self) -> None:
        super().__init__("mist", margin=20, spacing=4)
        head = QHBoxLayout()
        head.setSpacing(12)
        self._icon = Icon("barcode", size=36)
        self._word = Label("", "word", wrap=True)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._word, 1)
        self.box.addLayout(head)
        self._name = Label("", "lead", wrap=True)
        self._fact = Label("", "strong", wrap=True)
        self._then = Label("", "body", wrap=True)
        for label in (self._name, self._fact, self._then):
            self.box.addWidget(label)
        self.box.addStretch(1)

    def show_words(self, shown: VerdictWords) -> None:
        """A verdict."""
        person = shown.person
        name = person.full_name if person is not None else ""
        table = f", table {shown.table}" if shown.table else ""
        self._fill(shown.mood, shown.icon, shown.word, f"{name}{table}", shown.fact, shown.then)

    def show_plain(self, icon: str, word: str, fact: str, then: str = "") -> None:
        """Something that is no verdict."""
        self._fill("mist", icon, word, "", fact, then)

    def _fill(self, ground: str, icon: str, word: str, name: str, fact: str, then: str) -> None:
        tone = "ink" if ground == "mist" else f"on-{ground}"
        self.set_ground(ground)
        self._icon.set_icon(icon, tone)
        for label, text in ((self._word, word), (self._name, name), (self._fact, fact),
                            (self._then, then)):  # fmt: skip
            label.set_tone(tone)
            label.setText(text)
            label.setVisible(bool(text))


class _Run:
    """One practice, made, asked and thrown away on the database lane, in that order."""

    def __init__(self) -> None:
        self._practice: Practice | None = None

    def make(self, clocks: Clocks) -> None:
        self._practice = Practice(clocks)

    def scan(self, code: str, desk: str) -> Practised | None:
        return self._practice.scan(code, desk) if self._practice is not None else None

    def close(self) -> None:
        practice, self._practice = self._practice, None
        if practice is not None:
            practice.close()


class PracticePage(DeskPage):
    """Six tickets in ninety seconds. Nobody real is touched, and nothing of it is kept."""

    title = "Practice"
    detail = f"Six test tickets, each with another answer, in {PACE} seconds"
    icon = "graduation-cap"

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around = around
        self._run: _Run | None = None
        self._done: dict[int, str] = {}
        self._began: float | None = None
        self._took: float | None = None
        self._last = ""
        self._sounds = Sounds(on=around.settings.sounds, parent=self)
        self._tick = QTimer(self)
        self._tick.setInterval(1_000)
        self._tick.timeout.connect(self._show_time)
        self._build()
        around.keys.caught.connect(self._scanned)

    # -- as a page of the Desk ------------------------------------------------------------------

    def state(self) -> str:
        """How the last practice went."""
        return self._last

    def takes(self, code: str) -> bool:
        """The six are the practice's own; a guest's ticket is the Desk's even now."""
        return self.isVisible() and code in BY_CODE

    def begin(self) -> None:
        """A new practice: an event of its own is made."""
        self._close()
        self._done.clear()
        self._began = self._took = None
        self._tick.stop()
        self.sentence.hide()
        self._show_progress()
        self._show_time()
        self.answer.show_plain(
            "barcode", "Scan ticket 1", "Then the others, in any order.",
            "Without a scanner type the number of a ticket, and Enter.",
        )  # fmt: skip
        self.field.clear()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        clocks, run = self._around.clocks, _Run()
        self._run = run
        self._around.database.run(lambda: run.make(clocks), None, self._failed, owner=self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._tick.stop()
            self._close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._across.setDirection(
            QHBoxLayout.Direction.TopToBottom if narrow else QHBoxLayout.Direction.LeftToRight
        )

    # -- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(self.build_head(Label("Practice for the desk", "heading", elide=True)))
        scroll = Scroll(spacing=12)
        box.addWidget(scroll, 1)
        line = QHBoxLayout()
        line.setSpacing(16)
        self.progress = Label("", "part", tabular=True)
        self.bar = Bar(0, len(TASKS), tone="ink", name="Tickets done")
        self.time = Label("", "part", tabular=True)
        line.addWidget(self.progress)
        line.addWidget(self.bar, 1)
        line.addWidget(self.time)
        scroll.box.addLayout(line)
        self.sentence = State("", "check-circle-fill", role="part")
        scroll.box.addWidget(self.sentence)
        self.field = SearchField("Scan a test ticket, or type its number")
        self.field.returnPressed.connect(self._typed)
        scroll.box.addWidget(self.field)
        self._across = QHBoxLayout()
        self._across.setSpacing(16)
        self.answer = _Answer()
        self._across.addWidget(self.answer, 3)
        self.list = RowList(name="The six tickets")
        self.list.setMinimumWidth(250)
        self._across.addWidget(self.list, 2)
        scroll.box.addLayout(self._across, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.print = Button("Print the six tickets", key="Ctrl+P", icon="printer")
        self.print.clicked.connect(self._write)
        self.again = Button("Begin again", key="Ctrl+B", icon="arrow-counter-clockwise")
        self.again.clicked.connect(self.begin)
        foot.addWidget(self.print)
        foot.addWidget(self.again)
        self._say = Label("", "side note", elide=True)
        foot.addWidget(self._say, 1)
        box.addLayout(foot)

    # -- the practice ---------------------------------------------------------------------------

    @Slot(object)
    def _failed(self, problem: Exception) -> None:
        words = str(problem) if isinstance(problem, Trouble) else FAULT
        self.answer.show_plain("warning-octagon-fill", "No practice now", words)

    def _close(self) -> None:
        """What was made is thrown away."""
        run, self._run = self._run, None
        if run is None:
            return
        if self._around.database.is_closed:
            # The window closes, and its lane did before: nothing else uses the event any more.
            run.close()
        else:
            self._around.database.run(run.close)

    @Slot(object)
    def _scanned(self, scan: Caught) -> None:
        if self.takes(scan.text):
            self._judge(scan.text)

    @Slot()
    def _typed(self) -> None:
        text = self.field.text().strip()
        if not text:
            return
        task = task_of(text)
        self.field.clear()
        if task is None:
            self.answer.show_plain(
                "question", "None of the six", "That is no test ticket: type a number, 1 to 6."
            )
            return
        self._judge(task.code)

    def _judge(self, code: str) -> None:
        run, desk = self._run, self._around.settings.desk
        if run is None:
            return
        if self._began is None:
            self._began = self._around.clocks.steady()
            self._tick.start()
        self._around.database.run(lambda: run.scan(code, desk), self._judged, self._failed,
                                  owner=self)  # fmt: skip

    @Slot(object)
    def _judged(self, found: Practised | None) -> None:
        if found is None or self._run is None:
            return
        shown = words(found.verdict, found.event)
        self.answer.show_words(shown)
        self._sounds.play(shown.state)
        announce(self.answer, shown.spoken, assertive=True)
        if found.is_right and found.task.number not in self._done:
            self._done[found.task.number] = shown.word
        self._show_progress()
        if len(self._done) == len(TASKS) and self._took is None and self._began is not None:
            self._finish(self._around.clocks.steady() - self._began)

    def _finish(self, seconds: float) -> None:
        self._took = seconds
        self._tick.stop()
        self._show_time()
        sentence = pace_words(seconds)
        self._last = f"All six, {self._around.clocks.now().astimezone():%H:%M}"
        self.sentence.set_state(sentence, "check-circle-fill", "good" if seconds <= PACE else "ink")
        self.sentence.show()
        announce(self, sentence, assertive=True)

    def _show_progress(self) -> None:
        done, every = len(self._done), len(TASKS)
        self.progress.setText(f"{done} of {every}")
        self.bar.set_value(done, every)
        self.list.set_rows(
            [
                Row(
                    str(task.number),
                    f"{task.number}  {self._done.get(task.number, task.name)}",
                    task.lesson if task.number in self._done else "",
                    icon="check-circle-fill" if task.number in self._done else "circle",
                    tone="good" if task.number in self._done else "muted",
                )
                for task in TASKS
            ]
        )

    @Slot()
    def _show_time(self) -> None:
        seconds = 0.0
        if self._took is not None:
            seconds = self._took
        elif self._began is not None:
            seconds = self._around.clocks.steady() - self._began
        minutes, rest = divmod(int(seconds), 60)
        self.time.setText(f"{minutes}:{rest:02d} of 1:30")

    # -- the sheet ------------------------------------------------------------------------------

    @Slot()
    def _write(self) -> None:
        """On the printer where there is one; else as a PDF where the person says."""
        clocks = self._around.clocks
        sheet = Sheet(
            "The six tickets are", "practice tickets.pdf", lambda path: write_tickets(path, clocks)
        )
        hand_out(sheet, self, "Practice for the desk", self._around.heavy, self._told)

    @Slot(object)
    def _told(self, sentence: str) -> None:
        self._say.setText(sentence)
        announce(self, sentence, assertive=False)
