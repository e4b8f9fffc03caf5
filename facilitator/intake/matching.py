"""Who on a list is known already: existing people and a list in, a decision for every row out.

The rules of FORMATS: somebody is the same person where e-mail and name agree, or the code and one
of the two; rows without a name match by the source's own row id, else by their order; rows of one
file are never merged, so everybody known is matched once at most.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from facilitator.intake.columns import OURS, TYPED
from facilitator.intake.incoming import IncomingPerson
from facilitator.intake.lists import AttendeeList
from facilitator.intake.names import same_name

#: what a list can change of somebody
UPDATABLE = (
    "title", "given_name", "family_name", "said", "email", "phone", "organisation", "job_title",
    "profession", "side", "front_line", "borough", "stance", "diet", "access", "attention", "vip",
    "contact_consent", "photo_consent", "tray",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExistingPerson:
    """Somebody who is in the event already, as far as matching needs them."""

    id: UUID
    given_name: str
    family_name: str
    email: str
    cancelled: bool
    codes: tuple[str, ...] = ()
    #: the values of `UPDATABLE`, as they stand
    details: Mapping[str, Any] = field(default_factory=dict)
    #: fields that a person edited in the event; a list never overwrites them
    edited: frozenset[str] = frozenset()
    #: fields that were guessed and that nobody has confirmed
    guessed: frozenset[str] = frozenset()
    #: the rows they came from: the source's name, `IncomingPerson.key` and `.identity`
    keys: frozenset[tuple[str, str, str]] = frozenset()
    #: whether they came without being on any list
    is_walk_in: bool = False

    @property
    def is_named(self) -> bool:
        """False where a list brought them without a name: "Guest 2 of Ada Larkin"."""
        return "given_name" not in self.guessed


@dataclass(frozen=True, slots=True)
class Change:
    """One detail that a list changes."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody on the list who is in the event already."""

    id: UUID
    person: IncomingPerson
    changes: tuple[Change, ...] = ()
    #: codes that the list adds
    codes: tuple[str, ...] = ()
    #: fields that the list says otherwise, but that were edited by hand and stay
    kept: tuple[str, ...] = ()
    #: cancelled by this list, or expected again
    is_cancelled_now: bool = False
    is_back: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether anything about them becomes different."""
        return bool(self.changes or self.codes or self.is_cancelled_now or self.is_back)


@dataclass(frozen=True, slots=True)
class Matches:
    """What a list would do. Everybody on it is in exactly one of the first four."""

    added: tuple[IncomingPerson, ...]
    updated: tuple[Known, ...]
    #: known, and cancelled by this list
    cancelled: tuple[Known, ...]
    unchanged: tuple[Known, ...]
    #: people of the same source who are not on this list; nothing is done to them
    gone: tuple[UUID, ...] = ()

    @property
    def known(self) -> tuple[Known, ...]:
        """Everybody on the list who was in the event already."""
        return (*self.updated, *self.cancelled, *self.unchanged)


def match(existing: Sequence[ExistingPerson], incoming: AttendeeList) -> Matches:
    """Decide for everybody on `incoming` who they are among `existing`. Nothing is written."""
    pairs = _pair(existing, incoming)
    added: list[IncomingPerson] = []
    updated: list[Known] = []
    cancelled: list[Known] = []
    unchanged: list[Known] = []
    for person in incoming.people:
        old = pairs.get(person.order)
        if old is None:
            added.append(person)
            continue
        known = _compare(old, person)
        goal = cancelled if known.is_cancelled_now else updated if known.is_changed else unchanged
        goal.append(known)
    met = {old.id for old in pairs.values()}
    gone = tuple(
        old.id
        for old in existing
        if old.id not in met
        and not old.cancelled
        and any(key[0] == incoming.source for key in old.keys)
    )
    # Two lists typed by hand are two lists: who is not on the second has not gone.
    return Matches(
        tuple(added), tuple(updated), tuple(cancelled), tuple(unchanged),
        () if incoming.source == TYPED else gone,
    )  # fmt: skip


# --- internal -------------------------------------------------------------------------------------

_Keys = Iterable[Hashable]


def _pair(existing: Sequence[ExistingPerson], incoming: AttendeeList) -> dict[int, ExistingPerson]:
    """Pairs by the order of the incoming person; each of both sides is in one pair at most."""
    source = incoming.source
    pairs: dict[int, ExistingPerson] = {}
    free = {id(old): old for old in existing}
    names_old = {id(o): same_name(o.given_name, o.family_name) for o in existing}
    names_new = {p.order: same_name(p.given_name, p.family_name) for p in incoming.people}
    #: a typed list's ids may be mere row numbers, which are another's next time
    ids_tell = source != TYPED

    def run(
        of_old: Callable[[ExistingPerson], _Keys], of_new: Callable[[IncomingPerson], _Keys]
    ) -> None:
        waiting: dict[Hashable, deque[ExistingPerson]] = defaultdict(deque)
        for old in free.values():
            for key in of_old(old):
                waiting[key].append(old)
        if not waiting:
            return
        for person in incoming.people:
            if person.order in pairs:
                continue
            for key in of_new(person):
                queue = waiting.get(key)
                while queue and id(queue[0]) not in free:
                    queue.popleft()
                if queue:
                    pairs[person.order] = queue.popleft()
                    del free[id(pairs[person.order])]
                    break

    def ids(old: ExistingPerson) -> list[str]:
        own = [key for name, key, _ in old.keys if name == source and key and key[0] != "?"]
        return [*own, f"{old.id}#0"] if source == OURS else own

    def new_id(person: IncomingPerson) -> str:
        return "" if person.key.startswith("?") else person.key

    def name(old: ExistingPerson) -> str:
        return names_old[id(old)] if old.is_named else ""

    def new_name(person: IncomingPerson) -> str:
        return names_new[person.order] if person.is_named else ""

    def mail(one: ExistingPerson | IncomingPerson) -> str:
        return one.email.casefold()

    # The very same row again, whatever was edited since; those of the same standing first, so
    # that a cancelled booking stays so beside the one that replaced it.
    for standing in (True, False):
        run(lambda o, s=standing: [(key, identity, o.cancelled if s else 0)
                                   for origin, key, identity in o.keys if origin == source],
            lambda p, s=standing: [(p.key, p.identity, p.cancelled if s else 0)])  # fmt: skip
    # Everything agrees, code by code: this tells two tickets of one person apart.
    run(lambda o: [(c, mail(o), name(o)) for c in o.codes if mail(o) and name(o)],
        lambda p: [(c, mail(p), new_name(p)) for c in p.codes if p.email and p.is_named],
        )  # fmt: skip
    # E-mail and name.
    for standing in (True, False):
        run(lambda o, s=standing: [(mail(o), name(o), o.cancelled if s else 0)]
            if mail(o) and name(o) else [],
            lambda p, s=standing: [(mail(p), new_name(p), p.cancelled if s else 0)]
            if p.email and p.is_named else [])  # fmt: skip
    # The code and one of the two.
    run(lambda o: [(c, name(o)) for c in o.codes if name(o)],
        lambda p: [(c, new_name(p)) for c in p.codes if p.is_named])  # fmt: skip
    run(lambda o: [(c, mail(o)) for c in o.codes if mail(o)],
        lambda p: [(c, mail(p)) for c in p.codes if p.email])  # fmt: skip
    if ids_tell:
        run(lambda o: [(k, name(o)) for k in ids(o) if name(o)],
            lambda p: [(new_id(p), new_name(p))] if new_id(p) and p.is_named else [])  # fmt: skip
    # A name, where neither list ever said an e-mail.
    for standing in (True, False):
        run(lambda o, s=standing: [(name(o), o.cancelled if s else 0)]
            if name(o) and not mail(o) else [],
            lambda p, s=standing: [(new_name(p), p.cancelled if s else 0)]
            if p.is_named and not p.email else [])  # fmt: skip
    # Without a name, on either side: the source's row id, the code, the order.
    run(lambda o: [] if o.is_named else ids(o), lambda p: [new_id(p)] if new_id(p) else [])
    run(ids, lambda p: [new_id(p)] if new_id(p) and not p.is_named else [])
    run(lambda o: [] if o.is_named else o.codes, lambda p: p.codes)
    run(lambda o: o.codes, lambda p: [] if p.is_named else p.codes)
    _pair_by_order(source, incoming, pairs, free)
    return pairs


def _pair_by_order(
    source: str,
    incoming: AttendeeList,
    pairs: dict[int, ExistingPerson],
    free: dict[int, ExistingPerson],
) -> None:
    """Those without name and row id, in their order, unless their e-mails or codes differ."""
    places = {
        id(old): int(key[1:])
        for old in free.values()
        for origin, key, _ in old.keys
        if origin == source and key[:1] == "?"
    }
    waiting = sorted(
        (old for old in free.values() if id(old) in places), key=lambda o: places[id(o)]
    )
    for person in incoming.people:
        if not person.key.startswith("?") or person.order in pairs:
            continue
        for old in waiting:
            same_mail = old.email.casefold() == person.email.casefold() or "email" in old.edited
            same_code = not old.codes or not person.codes or set(old.codes) & set(person.codes)
            if same_mail and same_code:
                pairs[person.order] = old
                waiting.remove(old)
                del free[id(old)]
                break


def _compare(old: ExistingPerson, new: IncomingPerson) -> Known:
    changes: list[Change] = []
    kept: list[str] = []
    for detail in UPDATABLE:
        value = getattr(new, detail)
        if value is None or value == "":
            continue  # what a later list does not say stays
        if not new.is_named and detail in {"title", "given_name", "family_name"}:
            continue  # a stand-in never replaces a name
        was = old.details.get(detail)
        if value == was:
            continue
        if detail in old.edited:
            kept.append(detail)
        elif detail in new.guessed and was not in (None, "") and detail not in old.guessed:
            continue  # a guess never replaces what somebody said
        elif detail == "vip" and value is False and "vip" in old.guessed:
            continue
        else:
            changes.append(Change(detail, was, value))
    codes = tuple(code for code in new.codes if code not in old.codes)
    if "cancelled" in old.edited and new.cancelled != old.cancelled:
        kept.append("cancelled")
        return Known(old.id, new, tuple(changes), codes, tuple(kept))
    return Known(
        old.id, new, tuple(changes), codes, tuple(kept),
        is_cancelled_now=new.cancelled and not old.cancelled,
        is_back=old.cancelled and not new.cancelled,
    )  # fmt: skip
