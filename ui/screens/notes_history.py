"""A note's history: everything that was done to it, and how it stood then; any can come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from facilitator.domain.localtime import long_date
from facilitator.domain.notes import Note, NoteContent, NoteKind
from facilitator.domain.sides import Sides
from facilitator.services.events import Event
from facilitator.services.hands import HandsFact
from facilitator.services.notes import NoteVersion
from ui.kit import Button, Label, Row, RowList, Scroll
from ui.screens.inner_page import InnerPage
from ui.screens.notes_words import changed_fields, changed_words

_LABELS = {
    NoteKind.MYTH: "The claim", NoteKind.BRIGHT_SPOT: "What works",
    NoteKind.PAIN_POINT: "What hurts", NoteKind.ACTION: "What will be done",
}  # fmt: skip
_HOW = {
    "taken": "Taken", "undone": "A change was taken back", "removed": "Removed",
    "brought back": "An earlier version was brought back", "restored": "Brought back",
    "merged": "Made one with another note", "unmerged": "Taken apart again",
}  # fmt: skip
_LIST_WIDTH = 296


@dataclass(frozen=True, slots=True)
class NoteHistory:
    """What the page shows: a note, its versions and its shows of hands."""

    note: Note
    versions: Sequence[NoteVersion]
    hands: Sequence[HandsFact]
    event: Event
    #: titles of sessions, by id
    sessions: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class _Moment:
    """One line of the history. `version` is None for a show of hands."""

    row: Row
    version: NoteVersion | None = None
    before: NoteContent | None = None


class HistoryPage(InnerPage):
    """The history in the place of the note: what was done at the left, how it stood at the right.

    Signals:
        left(): back to the note.
        wanted(UUID, int): this note is to say again what it said in that version.
    """

    wanted = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self._history: NoteHistory | None = None
        self._moments: dict[str, _Moment] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 0, 6, 0)
        box.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        self._title = Label("History", "heading", elide=True)
        head.addWidget(self._title, 1)
        back = Button("Back to the note", key="Esc", kind="quiet", hint_only=True)
        back.clicked.connect(self.left)
        head.addWidget(back)
        box.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(24)
        self.list = RowList(name="What was done to the note", wrap=True)
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.chosen.connect(self._chosen)
        row.addWidget(self.list)
        self._then = Scroll(spacing=4)
        row.addWidget(self._then, 1)
        box.addLayout(row, 1)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        self.bring_back = Button(
            "Bring this one back", key="Ctrl+Enter", icon="arrow-counter-clockwise", kind="main"
        )
        self.bring_back.clicked.connect(self._bring_back)
        foot.addWidget(self.bring_back)
        self._foot = Label("What the note says now stays in its history.", "second", elide=True)
        foot.addWidget(self._foot, 1)
        box.addLayout(foot)

    @property
    def lines(self) -> list[str]:
        """Every line of the list, as a screen reader says it; the latest first."""
        return [row.spoken for row in self.list.rows]

    @property
    def shown_then(self) -> list[str]:
        """What stands at the right, line by line."""
        inner = self._then.widget()
        found = inner.findChildren(Label) if inner is not None else []
        return [label.text() for label in found if not label.isHidden()]

    def show_history(self, history: NoteHistory) -> None:
        """Shows a note's history, at its latest version."""
        self._history = history
        self._title.setText(f"History of “{history.note.text}”")
        moments = _moments(history)
        self._moments = {moment.row.key: moment for moment in moments}
        self.list.set_rows([moment.row for moment in moments])
        if moments:
            self.list.choose(moments[0].row.key)
        self._paint(moments[0] if moments else None)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _chosen(self, key: object) -> None:
        self._paint(self._moments.get(str(key)))

    @Slot()
    def _bring_back(self) -> None:
        moment = self._moments.get(str(self.list.current_key))
        if self._history is not None and moment is not None and moment.version is not None:
            self.wanted.emit(self._history.note.id, moment.version.number)

    def _paint(self, moment: _Moment | None) -> None:
        box = self._then.box
        while box.count():
            item = box.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        history = self._history
        if moment is None or history is None:
            return
        if moment.version is None:
            box.addWidget(Label(moment.row.title, "strong", wrap=True))
            box.addWidget(Label(moment.row.detail, "body", wrap=True))
            box.addWidget(
                Label("Hands are kept beside the words; bringing words back leaves them as they "
                      "are.", "second", wrap=True)
            )  # fmt: skip
            self.bring_back.refuse("Choose a version of the words")
        else:
            changed = (
                set(changed_fields(moment.before, moment.version.content))
                if moment.before is not None
                else set()
            )
            for name, label, text in _said(history, moment.version.content):
                title = f"{label}, changed here" if name in changed else label
                box.addWidget(Label(title, "strong"))
                box.addWidget(Label(text, "body", wrap=True))
                box.addSpacing(8)
            for name in sorted(changed):
                if name not in {one[0] for one in _said(history, moment.version.content)}:
                    words = changed_words(moment.before or NoteContent(), moment.version.content)
                    box.addWidget(Label(f"Changed here: {words}.", "second", wrap=True))
                    break
            if moment.version.content == _now(history) and history.note.removed_at is None:
                self.bring_back.refuse("The note says this now")
            else:
                self.bring_back.allow()
        box.addStretch(1)


def _now(history: NoteHistory) -> NoteContent:
    return history.versions[-1].content if history.versions else history.note.content


def _moments(history: NoteHistory) -> list[_Moment]:
    """Everything that was done to a note, the latest first."""
    event, found = history.event, list[tuple[object, _Moment]]()
    before: NoteContent | None = None
    for version in history.versions:
        what = _HOW.get(version.how, version.how)
        detail = ""
        if before is not None and version.how in ("edited", "undone", "brought back"):
            words = changed_words(before, version.content)
            if version.how == "edited":
                what = f"Changed {words}"
            elif words != "nothing":
                detail = f"This changed {words}"
        at = event.local(version.at)
        by = f", by {version.by}" if version.by else ""
        row = Row(f"version {version.number}", f"{at:%H:%M}  {what}{by}", detail)
        found.append((version.at, _Moment(row, version, before)))
        before = version.content
    sides: Sides = event.sides
    for fact in history.hands:
        gone = ", taken back" if fact.taken_back else ""
        row = Row(
            f"hands {fact.number}",
            f"{event.local(fact.at):%H:%M}  Hands {fact.moment}{gone}",
            f"{sides.find(fact.side).name}: {fact.shown.words}",
        )
        found.append((fact.at, _Moment(row)))
    # stable: what happened in the same second stays in its order
    ordered = sorted(found, key=lambda one: one[0])  # type: ignore[arg-type,return-value]
    return [moment for _, moment in reversed(ordered)]


def _said(history: NoteHistory, content: NoteContent) -> list[tuple[str, str, str]]:
    """What a version said: the field, its label and its text, without what was empty."""
    sides, event = history.event.sides, history.event
    session = history.sessions.get(content.session_id, "") if content.session_id else ""
    table = f"Table {content.table}" if content.table else ""
    if content.round_number:
        table = (
            f"{table}, round {content.round_number}" if table else f"Round {content.round_number}"
        )
    side = next((one.name for one in sides if one.key == content.side), content.side)
    found = (
        ("text", _LABELS[history.note.kind], content.text),
        ("attribution", "Who may be named", content.attribution.words),
        ("who", "Who said it", content.who.under(content.attribution).words),
        ("side", "Side", side),
        ("reality", "Reality", content.reality),
        ("evidence", "Evidence", content.evidence),
        ("why", "Why it misleads", content.why),
        ("room_line", "Short line for the room", content.room_line),
        ("verdict", "Verdict", content.verdict.words if content.verdict else ""),
        ("where", "Where it works", content.where),
        ("needs", "What it needs", content.needs),
        ("ask", "Whom to ask", content.ask),
        ("owner", "Who does it", content.owner),
        ("due", "By when", long_date(content.due) if content.due else ""),
        ("done_at", "Done", f"at {event.local(content.done_at):%H:%M}" if content.done_at else ""),
        ("boroughs", "Boroughs", ", ".join(content.boroughs)),
        ("themes", "Themes", ", ".join(content.themes)),
        ("table", "Table", table),
        ("session_id", "Session", session),
    )
    return [one for one in found if one[2]]
