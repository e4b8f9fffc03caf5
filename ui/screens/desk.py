"""The Desk: one field that takes scans and names alike, and a verdict that cannot be mistaken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.scanners import is_test
from facilitator.domain.verdicts import Unknown, Verdict
from facilitator.services.checkin import CheckinService, NewWalkIn, TakenBack
from facilitator.services.desk_lock import DeskLockService
from facilitator.services.desk_reading import DeskNow, DeskReading
from facilitator.services.events import Event, EventService
from facilitator.services.people_index import PeopleIndex
from facilitator.services.questions import QuestionService
from ui.camera import CameraPage
from ui.kit import Button, Caught, Label, Message, ScannerTest, SearchField, Tangle, announce
from ui.kit.sound import Sounds
from ui.screens.desk_admit import Admitting
from ui.screens.desk_arrivals import ArrivalList
from ui.screens.desk_badges import DeskPrinting
from ui.screens.desk_card import VerdictCard
from ui.screens.desk_digits import CardDigits
from ui.screens.desk_lock import LockPanel
from ui.screens.desk_log import LogPage
from ui.screens.desk_operator import OperatorPage
from ui.screens.desk_page import DeskPage, PageStack, ToolsPage
from ui.screens.desk_person import HistoryOf, PersonPages
from ui.screens.desk_printer import PrinterPage
from ui.screens.desk_questions import Asking
from ui.screens.desk_reader import DeskReader
from ui.screens.desk_scanner import ScannerPage
from ui.screens.desk_scanner_words import short_message
from ui.screens.desk_search import SearchResults, search
from ui.screens.desk_side import RoomCard
from ui.screens.desk_tools import build_tools
from ui.screens.desk_walk_in import WalkInList, WalkInPanel
from ui.screens.desk_words import VerdictWords, words
from ui.screens.screen import Screen, Surroundings

if TYPE_CHECKING:
    from facilitator.app import EventApp

#: below this width, in pixels, the Desk is the field and the card alone
NARROW = 900


class DeskScreen(Screen):
    """Reception. Hands stay on the keyboard; the scanner works wherever the focus is."""

    areas = Changes.ARRIVALS | Changes.PEOPLE | Changes.EVENT | Changes.SEATS
    more_keys = (
        ("Ctrl+Z", "In the empty field: take back the last check-in"),
        ("F5, held", "VIP and diet"),
        ("Up, Down, Enter", "Choose among the people found, and check in"),
        ("F9", "History of the person found or shown"),
        ("1 to 6, 0", "Answer the question below the card, or not now"),
        ("Alt+I", "Who is at this desk: initials"),
    )
    #: there is a PIN, and only the Desk is wanted from now on
    lock_wanted = Signal()
    #: the PIN was right
    unlocked = Signal()

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> DeskScreen:
        """The Desk of an open event."""
        printing, tools, missing = build_tools(app, around)
        desk = cls(
            around,
            app.event,
            app.desk_reading,
            app.checkin,
            printing,
            app.desk_lock,
            tools,
            questions=app.questions,
            history=lambda key: (app.people.get(key), app.privacy.history(key)),
        )
        missing.wanted.connect(desk.look_for)
        return desk

    def __init__(
        self,
        around: Surroundings,
        event: EventService,
        reading: DeskReading,
        checkin: CheckinService,
        printing: DeskPrinting,
        lock: DeskLockService,
        tools: Sequence[DeskPage] = (),
        *,
        questions: QuestionService | None = None,
        history: HistoryOf | None = None,
    ) -> None:
        super().__init__(around)
        self.admitting = Admitting(around, event, checkin, self)
        self.admitting.answered.connect(self._show_verdict)
        self.admitting.walked_in.connect(self._walked_in)
        self.asking = None
        if questions is not None:
            self.asking = Asking(around, questions, lambda: self.admitting.at("typed"), self)
            self.asking.refused.connect(self._say_refused)
        self.persons = PersonPages(
            around,
            checkin,
            lambda: self.admitting.at("typed"),
            lambda: self.admitting.of_event,
            history,
            self,
        )
        self.persons.wanted.connect(self.show_tool)
        self.persons.taken.connect(self._taken_back)
        self.persons.told.connect(self.tell)
        self._events, self._checkin = event, checkin
        self.printing = printing
        printing.setParent(self)
        printing.said.connect(self.said)
        printing.changed.connect(self._count_badges)
        printing.printer_wanted.connect(self._choose_printer)
        self._index: PeopleIndex | None = None
        self._known = 0
        self._tables: dict[UUID, str] = {}
        self._last_scan = ""
        #: the spare badge that the last walk-in was given
        self._spare = ""
        self._locked = False
        self._wide = True
        self._sounds = Sounds(on=around.settings.sounds, parent=self)
        self.lock = LockPanel(around.database, lock)
        self.operator = OperatorPage(around.settings)
        self.operator.changed.connect(self._say_listening)
        self.tools = [*tools, self.operator]
        self._people_changed = False
        self._reader = DeskReader(around.database, reading, self)
        self._reader.room_read.connect(self._show_room)
        self._reader.index_read.connect(self._take_index)
        self._build()
        around.keys.caught.connect(self._scanned)
        around.keys.tested.connect(self._tested)
        around.keys.tangled.connect(self._tangled)
        self._also: tuple[str, ...] = ()
        QGuiApplication.instance().applicationStateChanged.connect(self._say_listening)  # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue]

    # -- the screen's life ----------------------------------------------------------------------

    def reload(self) -> None:
        self._reader.read(people=self._people_changed)
        self._people_changed = False

    def shown(self) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def behind(self) -> dict[str, Callable[[], None]]:
        tools = {tool.title: partial(self.show_tool, tool) for tool in self.tools}
        return {
            "Walk-in": self.begin_walk_in,
            "Camera": self._show_camera,
            "Log": self._show_log,
            "More": self._show_more,
            **tools,
        }

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # On a small window (200 % of a usual screen) the verdict must be whole; counts can wait.
        place = self.parentWidget()
        wide = place.width() if place is not None else self.width()
        self._beside.setVisible(wide >= NARROW)
        self._foot_line.setSpacing(6 if wide >= NARROW else 4)
        self._wide = wide >= NARROW
        self._count_badges()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5 and not event.isAutoRepeat():
            self.card.hold(True)
            self.camera.card.hold(True)
        elif event.key() == Qt.Key.Key_Escape:
            self._back()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5 and not event.isAutoRepeat():
            self.card.hold(False)
            self.camera.card.hold(False)
        else:
            super().keyReleaseEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The line edit would undo typing; with nothing typed Ctrl+Z is the desk's.
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        ):
            ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if event.key() == Qt.Key.Key_Z and ctrl and not self.field.text():
                if event.type() == QEvent.Type.KeyPress:
                    self.persons.undo_last()
                event.accept()
                return True
        return super().eventFilter(watched, event)

    # -- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(16)
        across.addLayout(left, 1)
        self.field = SearchField("Scan a badge, or type a name", desk=True)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._entered)
        self._listening = Label("", "second", parent=self.field)
        self._listening.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._listening.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QHBoxLayout(self.field)
        inside.setContentsMargins(0, 0, 16, 0)
        inside.addStretch(1)
        inside.addWidget(self._listening)
        left.addWidget(self.field)
        self.stack = PageStack()
        self.card = VerdictCard(self.around.clocks)
        self.card.act.connect(self._act)
        self.card.allowed.connect(self._allow)
        self.results = SearchResults()
        self.results.chosen.connect(self._chosen)
        self.results.walk_in.connect(self.begin_walk_in)
        self.field.moved.connect(self.results.step)
        self.field.moved.connect(self.card.step)
        self.card.picked.connect(self._picked)
        self.digits = CardDigits(self.field, self.card, self.asking)
        self.walk_in = WalkInPanel()
        self.walk_in.added.connect(self._spare_given)
        self.walk_in.added.connect(self.admitting.add_walk_in)
        self.walk_in.cancelled.connect(self._back)
        self.walk_in.known.connect(self._walk_in_is_known)
        self.walk_in.searched.connect(self._search_for)
        self.log = LogPage(self.around, self._events, self._checkin)
        self.log.left.connect(self._back)
        self.camera = CameraPage(self.around)
        self.camera.card.act.connect(self._act)
        self.camera.card.picked.connect(self._picked)
        self.camera.card.allowed.connect(self._allow)
        self.camera.scanned.connect(self._photographed)
        self.camera.left.connect(self._back)
        self.lock.left.connect(self._back)
        self.lock.lockable.connect(self._lock_or_say)
        self.lock.opened.connect(self._unlock)
        self.more = ToolsPage(self.tools)
        self.more.wanted.connect(self.show_tool)
        for page in (self.card, self.results, self.walk_in, self.log, self.camera, self.lock):
            self.stack.addWidget(page)
        for tool in (self.more, *self.persons.pages, *self.tools):
            tool.left.connect(self._back)
            self.stack.addWidget(tool)
        left.addWidget(self.stack, 1)
        if self.asking is not None:
            self.card.set_foot(self.asking.strip)
            self.asking.changed.connect(self.card.fit)
        left.addWidget(self._build_foot())
        right = QVBoxLayout()
        right.setSpacing(20)
        self.room = RoomCard(self.around.clocks)
        right.addWidget(self.room)
        self.arrivals = ArrivalList()
        self.arrivals.undo.connect(self.persons.ask_undo)
        right.addWidget(self.arrivals, 1)
        for key, act in (("F9", self.show_history), ("Alt+I", self._show_operator)):
            shortcut = QShortcut(key, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        undo = QShortcut("Ctrl+Z", self.arrivals)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(self.persons.undo_last)
        holder = QWidget()
        holder.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        holder.setFixedWidth(344)
        across.addWidget(holder)
        self._beside = holder

    def _build_foot(self) -> QWidget:
        self._foot = QWidget()
        foot = self._foot_line = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(6)
        self._print = Button("Print badge", key="F6", icon="printer", desk=True)
        self._print.clicked.connect(self._print_last)
        walk_in = Button("Walk-in", key="F2", icon="user-plus", desk=True)
        walk_in.clicked.connect(self.begin_walk_in)
        foot.addWidget(self._print)
        foot.addWidget(walk_in)
        self.camera.button.clicked.connect(self._show_camera)
        foot.addWidget(self.camera.button)
        foot.addStretch(1)
        log = Button("Log", key="F8", kind="quiet", desk=True)
        log.clicked.connect(self._show_log)
        foot.addWidget(log)
        more = Button("More", key="F7", kind="quiet", desk=True)
        more.clicked.connect(self._show_more)
        more.setVisible(bool(self.tools))
        foot.addWidget(more)
        self.lock.button.clicked.connect(self._lock_or_unlock)
        foot.addWidget(self.lock.button)
        return self._foot

    # -- reading --------------------------------------------------------------------------------

    @Slot(object)
    def _news(self, changes: Changes) -> None:
        self._people_changed = self._people_changed or bool(changes & Changes.PEOPLE)
        if changes & Changes.SEATS:
            self._tables.clear()
        super()._news(changes)

    @Slot(object)
    def _show_room(self, room: DeskNow) -> None:
        self.admitting.of_event = room.event
        self.printing.look()
        self.room.show_balance(room.event, room.balance)
        self.room.show_arrivals(room.event, room.arrivals, room.balance)
        self.arrivals.show_arrivals(room.event, room.recent)
        self._tables.update({a.person.id: a.table for a in room.recent if a.table})
        self._say_listening()

    @Slot(object)
    def _take_index(self, index: PeopleIndex) -> None:
        if len(index) != self._known:
            self.around.keys.know(code for person in index.people for code in person.codes)
            self.around.keys.know_tickets(person.ticket for person in index.people)
        self._index, self._known = index, len(index)
        if self.field.text().strip() and self.stack.currentWidget() is self.results:
            self._typed(self.field.text())

    @Slot()
    def _say_listening(self) -> None:
        active = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
        platform = QGuiApplication.platformName()
        if not active and platform not in {"offscreen", "minimal"}:
            self._listening.setText("Not listening: click here")
            self._listening.set_tone("bad")
            return
        self._listening.set_tone("muted")
        if self.field.text():
            self._listening.setText("Esc clears")
        else:
            scan = f" · last scan {self._last_scan}" if self._last_scan else ""
            who = f" · {self.around.settings.operator or 'initials: Alt+I'}"
            self._listening.setText(f"{self.around.settings.desk}{who}{scan}")

    # -- typing ---------------------------------------------------------------------------------

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._say_listening()
        if not text.strip():
            if self.stack.currentWidget() is self.results:
                self.stack.setCurrentWidget(self.card)
            return
        if self._index is None or self.admitting.of_event is None:
            return
        found = search(self._index, text)
        self.results.show_found(text, found, self.admitting.of_event, self._known, self._tables)
        if unknown := self.results.seated_unknown(self._tables):
            self.around.database.run(
                lambda: self._checkin.tables_now(unknown), self._take_tables, owner=self
            )
        self.stack.setCurrentWidget(self.results)

    @Slot(object)
    def _take_tables(self, tables: dict[UUID, str]) -> None:
        self._tables.update(tables)
        self.results.show_tables(self._tables)

    @Slot()
    def _entered(self) -> None:
        """Enter checks in only where one person matches or was chosen with an arrow."""
        text = self.field.text().strip()
        if not text:
            self.card.pick()
            return
        if _is_code(text):
            self._judge(text, "typed")
            return
        chosen = self.results.current if self.stack.currentWidget() is self.results else None
        if chosen is not None:
            self._chosen(chosen)
        elif self.results.guessed:
            self.tell("info", "Nobody is written like that: choose with Down, then Enter.")
        elif self.results.people:
            many = len(self.results.people)
            self.tell("info", f"{many} people match: choose one with Up and Down, then Enter.")

    # -- checking in ----------------------------------------------------------------------------

    @Slot(object)
    def _scanned(self, scan: Caught) -> None:
        # Whatever is in the fields stays; the scan goes its own way.
        if not any(tool.takes(scan.text) for tool in self.tools):
            self._judge(scan.raw, "scan", scan.text)

    @Slot(object)
    def _tested(self, test: ScannerTest) -> None:
        """The scanner's test code outside its page: one calm sentence, and nothing is counted."""
        page = next((tool for tool in self.tools if isinstance(tool, ScannerPage)), None)
        if page is not None and not page.isVisible():
            show = partial(self._show_scanner, page)
            self.said.emit(short_message(test, self.around.settings.scanner, show))

    @Slot(object)
    def _tangled(self, tangle: Tangle) -> None:
        """Two scanners typed at once: the card shows the second answer, the strip the first."""
        self._also = tangle.codes[:1]

    def _show_scanner(self, page: ScannerPage) -> None:
        self.go.emit("desk")
        self.show_tool(page)

    @Slot(str)
    def _photographed(self, raw: str) -> None:
        if is_test(raw):
            self.tell("done", "The camera reads codes: that was the scanner’s test code.")
            return
        self._judge(raw, "camera")

    @Slot()
    def _show_camera(self) -> None:
        self.stack.setCurrentWidget(self.camera)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _judge(self, raw: str, source: str, read_as: str = "") -> None:
        self.digits.settle()
        if self.asking is not None:
            self.asking.skip()
        self.admitting.scan(raw, source, read_as)

    @Slot(object)
    def _chosen(self, person_id: UUID) -> None:
        self.admitting.choose(person_id, self.field.text().strip())

    @Slot(object, object)
    def _show_verdict(self, verdict: Verdict, event: Event) -> None:
        shown = words(verdict, event, seated=bool(self._tables))
        self._last_scan = f"{event.local(verdict.at):%H:%M:%S}"
        if shown.person is not None and shown.table:
            self._tables[shown.person.id] = shown.table
        self.card.show_verdict(shown, event, verdict.at)
        if self.asking is not None and shown.admits and shown.person is not None:
            self.asking.ask(shown.person)
        self._sounds.play(shown.state)
        announce(self.card, shown.spoken, assertive=True)
        # who was given a spare badge needs no other
        if not (self._spare and verdict.code == self._spare):
            self.printing.arrived(verdict)
        if isinstance(verdict, Unknown) and verdict.spare and self._begin_with(verdict.code):
            self._say_listening()
            return
        if verdict.code in self._also:
            self._also = ()
            self._tell_elsewhere(shown, "Two scanners at once. The first: ")
        if not self.isVisible():
            self._tell_elsewhere(shown)
            return
        if self.stack.currentWidget() is self.camera:
            self.camera.show_verdict(shown, event, verdict.at, verdict.code)
        elif self.stack.currentWidget() in (self.lock, self.more, self.persons.undo, *self.tools):
            self._tell_elsewhere(shown)
        elif self.stack.currentWidget() is not self.walk_in:
            self.field.clear()
            if self.stack.currentWidget() is self.persons.history:
                self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            self.stack.setCurrentWidget(self.card)
        else:
            self._tell_elsewhere(shown)
        self._say_listening()

    def _tell_elsewhere(self, shown: VerdictWords, before: str = "") -> None:
        """A scan that the card does not show, or not for long: one sentence of it."""
        mood = {"welcome": "done", "careful": "careful", "stop": "stop"}.get(shown.mood, "info")
        self.said.emit(Message(mood, before + shown.spoken + ".", seconds=8))

    # -- one person ------------------------------------------------------------------------------

    @Slot(object)
    def _taken_back(self, taken: TakenBack) -> None:
        if self.asking is not None:
            self.asking.skip()
        last = self.card.last
        if last is not None and last.person is not None and last.person.id == taken.person.id:
            self.card.clear()

    @Slot(object, str)
    def _picked(self, person_id: UUID, code: str) -> None:
        """Of those who share a code, this one is it."""
        self.admitting.choose(person_id, code)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def show_history(self) -> None:
        """F9: what happened to the person found or shown."""
        last = self.card.last
        shown = last.person.id if last is not None and last.person is not None else None
        if self.stack.currentWidget() is self.results:
            shown = self.results.current
        self.persons.show_history(self.card.chosen or shown)

    @Slot()
    def _show_operator(self) -> None:
        self.show_tool(self.operator)

    @Slot(str)
    def _say_refused(self, sentence: str) -> None:
        self.tell("info", sentence)

    # -- what the card asks for -----------------------------------------------------------------

    @Slot(str)
    def _act(self, act: str) -> None:
        last = self.card.last
        if act in {"second", "walk-in"}:
            self.begin_walk_in()
            return
        if last is None or last.person is None:
            return
        match act:
            case "again":
                self._print_last()
            case "returned":
                self.admitting.left_and_came_back(last.person.id)
            case _:
                raise AssertionError(act)

    @Slot(str)
    def _allow(self, decided_by: str) -> None:
        last = self.card.last
        if last is None or last.person is None:
            return
        self.admitting.came_after_all(last.person.id, decided_by)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _print_last(self) -> None:
        last = self.card.last
        if last is None or last.person is None:
            self.tell("info", "There is nobody to print a badge for yet: check somebody in first.")
            return
        self.printing.ask(last.person.id)

    @Slot()
    def _count_badges(self) -> None:
        left = self.printing.not_printed
        # the foot has no room for more; the sentence above and the page behind More say it whole
        self._print.setText(f"Badge ({left})" if left else "Print badge")
        self._print.set_icon(("warning" if left else "printer") if self._wide else "")
        if left:
            self._print.setAccessibleName(f"Print badge. {left} not printed")

    @Slot()
    def _choose_printer(self) -> None:
        for tool in self.tools:
            if isinstance(tool, PrinterPage):
                self.show_tool(tool)

    # -- the lock -------------------------------------------------------------------------------

    def show_locked(self, locked: bool) -> None:
        """The window shows only the Desk from now on, or everything again."""
        self._locked = locked
        self.lock.show_locked(locked)
        self.log.show_locked(locked)

    @Slot()
    def _lock_or_unlock(self) -> None:
        if self._locked:
            self.stack.setCurrentWidget(self.lock)
            self.lock.begin()
        else:
            self.lock.ask_to_lock()

    @Slot(bool)
    def _lock_or_say(self, has_pin: bool) -> None:
        if has_pin:
            self.lock_wanted.emit()
            self._back()
            return
        words = "The Desk has no PIN yet: give it one, then lock it."
        self.said.emit(Message("info", words, "Give it one", self._to_settings, seconds=12))

    def _to_settings(self) -> None:
        self.go.emit("event")

    @Slot()
    def _unlock(self) -> None:
        self._back()
        self.unlocked.emit()

    # -- pages ----------------------------------------------------------------------------------

    def _begin_with(self, spare: str) -> bool:
        """A spare badge was scanned: whom is it for? False where another page is in sight."""
        page = self.stack.currentWidget()
        if not self.isVisible() or page not in (self.card, self.results, self.walk_in):
            return False
        if page is self.walk_in:
            self.walk_in.give_spare(spare)
        else:
            self.begin_walk_in(spare)
        return True

    @Slot(object, object)
    def _spare_given(self, new: NewWalkIn, _instead: object) -> None:
        self._spare = new.badge

    @Slot()
    def begin_walk_in(self, spare: str = "") -> None:
        """F2: the form for somebody who is not on the list, with the name typed so far; `spare` is
        the code of a spare badge that is to be theirs."""
        if self.admitting.of_event is None or self._index is None:
            return
        typed = "" if _is_code(self.field.text()) else self.field.text().strip()
        index = self._index
        known = WalkInList(
            index.people, lambda text, most: [one.person for one in index.search(text, most)]
        )
        self.stack.setCurrentWidget(self.walk_in)
        self.walk_in.begin(
            typed,
            self.admitting.of_event.sides,
            known,
            badge=self.printing.by_itself,
            spare=spare,
        )

    @Slot(object)
    def _walk_in_is_known(self, person_id: UUID) -> None:
        """The form was for somebody of the list after all."""
        self._back()
        self._chosen(person_id)

    @Slot(str)
    def _search_for(self, name: str) -> None:
        self._back()
        self.field.setText(name)

    @Slot()
    def _walked_in(self) -> None:
        """The form was kept: the card takes its place. A scan meanwhile would have left it."""
        if self.stack.currentWidget() is self.walk_in:
            self.stack.setCurrentWidget(self.card)
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_more(self) -> None:
        self.show_tool(self.more)

    @Slot(object)
    def show_tool(self, tool: DeskPage) -> None:
        """Puts one of the tools in the place of the card."""
        self.stack.setCurrentWidget(tool)
        tool.begin()

    @Slot()
    def _show_log(self) -> None:
        self.show_tool(self.log)

    @Slot(object)
    def look_for(self, person_id: UUID) -> None:
        """Puts somebody into the field and chooses them: one more Enter checks them in."""
        people = self._index.people if self._index is not None else []
        person = next((one for one in people if one.id == person_id), None)
        self._back()
        if person is not None:
            self.field.setText(person.name)
            self.results.list.choose(person.id)

    @Slot()
    def _back(self) -> None:
        """Esc: back to the card; from the card, it is put away."""
        if self.asking is not None and not self.asking.strip.isHidden():
            self.asking.skip()
        elif self.stack.currentWidget() is self.card:
            self.card.shrink()
        self.stack.setCurrentWidget(self.card)
        self.field.clear()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)


def _is_code(text: str) -> bool:
    """Whether typed text is a ticket or a number of many digits, not a name. "Smith" never is."""
    plain = text.strip().replace("-", "").replace(" ", "")
    return text.strip().upper().startswith("F1-") or (plain.isdigit() and len(plain) >= 6)
