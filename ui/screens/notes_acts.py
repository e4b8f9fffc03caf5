"""What is done to notes besides typing: removed, merged, taken apart, taken back in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from facilitator.domain.hands import Count, Estimate
from facilitator.domain.ids import new_id
from facilitator.domain.notes import Note, Pledge
from facilitator.domain.sides import Sides
from facilitator.services.hands import HandsShown
from facilitator.services.notes import Captured
from facilitator.services.pledges import Pledged
from ui.kit import Message
from ui.lanes import DatabaseLane
from ui.screens.notes_count import Shown
from ui.screens.notes_data import NoteServices
from ui.screens.notes_words import act_words, quoted

#: so many acts can be taken back in turn
_MOST = 200


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done here: how it is named, the note that it was done to, and what takes
    just it back."""

    words: str
    note_id: UUID
    take_back: Callable[[], Any]
    #: of a show of hands: its moment and side
    hands: tuple[str, str] | None = None


class NoteActs(QObject):
    """Does things to notes on the database's lane, and remembers how each is taken back.

    Signals:
        said(Message): for the message bar.
        refused(Exception): it could not be done.
        opened(UUID): this note is the one to look at now.
        gone(Note): this note is off the lists.
    """

    said = Signal(object)
    refused = Signal(object)
    opened = Signal(object)
    gone = Signal(object)

    def __init__(
        self, lane: DatabaseLane, services: NoteServices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._lane, self._services = lane, services
        self._acts: list[Act] = []

    @property
    def last(self) -> Act | None:
        """What Ctrl+Z takes back next, of what was done here."""
        return self._acts[-1] if self._acts else None

    # -- doing ----------------------------------------------------------------------------------

    def remove(self, note: Note) -> None:
        """Takes a note off the lists; the message brings it back."""
        notes = self._services.notes
        self._run(lambda: notes.remove(note.id), self._removed)

    def restore(self, note: Note) -> None:
        """Brings a removed note back."""
        notes = self._services.notes
        words = f"bringing back {quoted(note.text)}"
        self._run(
            lambda: notes.restore(note.id),
            lambda done: self._done(done, words, "It is back."),
        )

    def merge(self, note: Note | None, note_id: UUID, into: Note) -> None:
        """Makes a note a duplicate of another; `note` is None where it was taken only now."""
        notes = self._services.notes
        said = quoted(note.text) if note is not None else "the note just taken"
        words = f"making {said} and {quoted(into.text)} one"
        self._run(
            lambda: notes.merge(note_id, into.id),
            lambda done: self._merged(done, note_id, words),
        )

    def unmerge(self, note: Note) -> None:
        """Makes a duplicate a note of its own again."""
        notes = self._services.notes
        words = f"taking {quoted(note.text)} apart"
        self._run(
            lambda: notes.unmerge(note.id),
            lambda done: self._done(done, words, f"{quoted(note.text)} is a note of its own."),
        )

    def bring_back(self, note_id: UUID, number: int) -> None:
        """Makes a note say again what it said in an earlier version."""
        notes = self._services.notes
        self._run(lambda: notes.bring_back(note_id, number), self._brought_back)

    def show_hands(self, note_id: UUID, shown: Shown, sides: Sides) -> None:
        """Keeps a show of hands; without a value, takes the last of its side and moment back."""
        hands, value = self._services.hands, shown.value
        if isinstance(value, Count | Estimate):
            words = (
                f"the hands of {sides.find(shown.side).name} {shown.moment.value}, {value.words}"
            )
            self._run(
                lambda: hands.show(note_id, shown.moment, {shown.side: value}),
                lambda done: self._shown(done, words, (shown.moment, shown.side)),
            )
        else:
            self._run(
                lambda: hands.undo(note_id, moment=shown.moment, side=shown.side),
                lambda _: self._forget_hands(note_id, (shown.moment, shown.side)),
            )

    def pledge(self, note_id: UUID, text: str) -> None:
        """Keeps a pledge of whomever a text names: somebody on the list, or as typed."""
        notes, pledges, pledge_id = self._services.notes, self._services.pledges, new_id()

        def work() -> Pledged:
            found = notes.who(text)
            return pledges.add(
                pledge_id, note_id, attendee_id=found.attendee_id,
                who=found.name or text, borough=found.borough,
            )  # fmt: skip

        self._run(
            work,
            lambda done: self._push(
                f"the pledge of {_of(done, pledge_id, text)}", note_id,
                lambda: pledges.take_back(pledge_id),
            ),
        )  # fmt: skip

    def take_pledge_back(self, note_id: UUID, pledge: Pledge) -> None:
        """Takes a pledge back."""
        pledges = self._services.pledges
        self._run(
            lambda: pledges.take_back(pledge.id),
            lambda _: self._push(
                f"taking back the pledge of {pledge.who}", note_id,
                lambda: pledges.bring_back(pledge.id),
            ),
        )  # fmt: skip

    # -- taking back ----------------------------------------------------------------------------

    def captured(self, before: Note | None, done: Captured) -> None:
        """A note was taken or edited: that can be taken back."""
        if done.version is not None:
            known = None if done.new else before
            words = act_words(known, done.note) if done.new or known else _edited(done.note)
            self._push_version(words, done.note.id, done.version)

    def undo(self, note: Note | None) -> None:
        """Takes back the last thing done here, else the last change of `note`. What is still on
        its way to the disk counts."""
        # Answers come in the order of the work: by then everything done here is known.
        self._lane.run(_nothing, lambda _: self._undo(note), owner=self)

    def undo_note(self, note: Note) -> None:
        """Takes back the last change of one note."""
        notes = self._services.notes
        words = f"the last change of {quoted(note.text)}"
        self._take_back(Act(words, note.id, lambda: notes.undo(note.id)))

    # -- internal -------------------------------------------------------------------------------

    def _run(self, work: Callable[[], Any], then: Callable[[Any], None] | None) -> None:
        self._lane.run(work, then, self._refused, owner=self)

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        self.refused.emit(problem)

    def _undo(self, note: Note | None) -> None:
        if self._acts:
            self._take_back(self._acts.pop())
        elif note is not None:
            self.undo_note(note)
        else:
            self.said.emit(Message("info", "Nothing was done here that could be taken back."))

    def _take_back(self, act: Act) -> None:
        self._run(act.take_back, partial(self._taken_back, act))

    def _taken_back(self, act: Act, done: object) -> None:
        self.said.emit(Message("info", f"Taken back: {act.words}."))
        note = done.note if isinstance(done, Captured | Pledged) else None
        if note is not None and note.removed_at is not None:
            self.gone.emit(note)
        else:
            self.opened.emit(act.note_id)

    def _push(self, words: str, note_id: UUID, take_back: Callable[[], Any]) -> None:
        self._acts = [*self._acts, Act(words, note_id, take_back)][-_MOST:]

    def _push_version(self, words: str, note_id: UUID, version: int) -> Act:
        notes = self._services.notes
        self._push(words, note_id, lambda: notes.undo(note_id, version=version))
        return self._acts[-1]

    def _take_this_back(self, act: Act) -> None:
        if act in self._acts:
            self._acts.remove(act)
            self._take_back(act)

    def _forget_hands(self, note_id: UUID, hands: tuple[str, str]) -> None:
        """Hands that were taken back where they were counted are not taken back twice."""
        for act in reversed(self._acts):
            if act.note_id == note_id and act.hands == hands:
                self._acts.remove(act)
                return

    def _done(self, done: Captured, words: str, said: str) -> None:
        if done.version is not None:
            self._push_version(words, done.note.id, done.version)
        self.said.emit(Message("info", said))
        self.opened.emit(done.note.id)

    def _removed(self, done: Captured) -> None:
        note = done.note
        if done.version is not None:
            self._push_version(f"the removal of {quoted(note.text)}", note.id, done.version)
        self.gone.emit(note)
        self.said.emit(
            Message(
                "info", f"Removed: {quoted(note.text)}.", act="Bring it back",
                do=partial(self.restore, note), seconds=20,
            )
        )  # fmt: skip

    def _merged(self, done: Captured, note_id: UUID, words: str) -> None:
        assert done.version is not None  # merging always writes
        act = self._push_version(words, note_id, done.version)
        self.opened.emit(done.note.id)
        self.said.emit(
            Message(
                "info", f"One note now: {quoted(done.note.text)}. Both are kept.",
                act="Take apart", do=partial(self._take_this_back, act), seconds=12,
            )
        )  # fmt: skip

    def _brought_back(self, done: Captured) -> None:
        if done.version is None:
            self.said.emit(Message("info", "The note says that already."))
            self.opened.emit(done.note.id)
        else:
            words = f"bringing back what {quoted(done.note.text)} said before"
            self._done(done, words, "It says again what it said then; nothing is lost.")

    def _shown(self, done: HandsShown, words: str, shown: tuple[str, str]) -> None:
        hands, note_id = self._services.hands, done.note_id
        for fact in done.facts:
            act = Act(words, note_id, partial(hands.undo, note_id, fact=fact), shown)
            self._acts = [*self._acts, act][-_MOST:]


def _edited(note: Note) -> str:
    return f"the change of {quoted(note.text)}"


def _of(done: Pledged, pledge_id: UUID, text: str) -> str:
    return next((one.who for one in done.note.pledges if one.id == pledge_id), text)


def _nothing() -> None:
    """Work that only waits for its turn."""
