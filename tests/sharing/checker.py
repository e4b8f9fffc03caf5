"""Proves of a day at several desks that nothing was lost, from what was written down alone.

It shares no code with the program: it reads the desks' histories (what each had acknowledged, a
JSON object a line), the raw databases, and what each copy claims (its headcount and its list
"Admitted twice"). Whatever does not fit is a `Finding`.

A history's line: `desk`, `asked` and `answered` (seconds of one clock), `op`, `outcome`, and as far
as they apply `code`, `attendee`, `fact`, `was`, `note`, `version`, `clock_facts`, `wishes`,
`person`, `at`, `at_desk`, `since`, `first_desk`, `authority`, `why`. `refused`, `failed` and `bug`
acknowledge nothing.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.sharing.raw_copies import Copy, key, moment

#: what each copy keeps to itself
OWN_TABLES = frozenset(
    {"sharing", "outbox", "heard", "join_code", "draft", "change", "hub_secret",
     "alembic_version", "sqlite_sequence"}
)  # fmt: skip
#: what a desk may add but not read: it holds its own
ADDED_ONLY = frozenset({"set_aside"})
OWN_COLUMNS = {"event": frozenset({"authority", "machine"})}
ADMITS = ("arrived", "returned")
NOTHING = ("refused", "failed", "bug")
WELCOMES = ("welcome", "welcome-back")

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """Something that must not be. `kind` is one of a few words, `words` says what and where."""

    kind: str
    words: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"


# --- checking -------------------------------------------------------------------------------------


def check(history: Sequence[Line], copies: Sequence[Copy]) -> list[Finding]:
    """Everything that does not fit, in the order in which it was looked for.

    `history` is that of all desks together; `copies` are those after all was healed and everybody
    had caught up, the hub's among them.
    """
    findings = list(_answered(history))
    aside = _kept_aside(copies)
    for copy in copies:
        findings += _sound(copy)
        findings += _nothing_missing(history, copy, aside)
        findings += _notes_say_what_they_said(copy)
    findings += _equal(copies)
    facts = _Facts(_union(copies, "presence"))
    order = {key_: number for copy in copies for key_, number in copy.order.items()}
    findings += _welcomed_once(history, facts, order)
    findings += _answers_fit(history, facts)
    decided = {
        key(row["subject"]) for row in _union(copies, "decision") if row["area"] == "admitted-twice"
    }
    for copy in copies:
        findings += _list_right(copy, facts, decided)
        findings += _headcount(copy, facts)
        findings += _one_a_seat(copy)
    return findings


def _answered(history: Sequence[Line]) -> Iterator[Finding]:
    """Whoever stands at a desk is answered, whatever the network does; and no answer is a bug."""
    for line in history:
        what = f"{line['desk']}: {line['op']} was answered {line.get('why')}"
        if line["outcome"] == "bug":
            yield Finding("bug", what)
        if line["outcome"] in ("failed", "refused") and line["op"] in ("scan", "walk_in"):
            yield Finding("not answered", what)


def _sound(copy: Copy) -> Iterator[Finding]:
    for words in copy.broken:
        yield Finding("broken", f"{copy.name}: {words}")
    if copy.waiting:
        yield Finding("still to send", f"{copy.name} has {copy.waiting} changes in its outbox")


def _acknowledged(history: Iterable[Line]) -> Iterator[Line]:
    return (line for line in history if line["outcome"] not in NOTHING)


def _kept_aside(copies: Sequence[Copy]) -> set[str]:
    """The ids of what contradicted the hub, and is kept for people to look at."""
    lines = [json.loads(row["there"]).get("line") or {} for row in _union(copies, "set_aside")]
    return {key(line["id"]) for line in lines if line.get("id")}


def _notes_say_what_they_said(copy: Copy) -> Iterator[Finding]:
    """What a note says is what its latest version says."""
    latest: dict[str, Mapping[str, Any]] = {}
    for row in sorted(copy.rows("note_version"), key=lambda row: row["number"]):
        latest[row["note_id"]] = json.loads(row["content"])
    for note in copy.rows("note"):
        content = latest.get(note["id"], {})
        for name in ("text", "reality"):
            if note.get(name, "") != content.get(name, ""):
                yield Finding(
                    "note apart",
                    f"{copy.name}: {name} of {note['id']} is {note.get(name)!r}, and its latest "
                    f"version has {content.get(name)!r}",
                )


def _nothing_missing(
    history: Sequence[Line], copy: Copy, aside: Collection[str]
) -> Iterator[Finding]:
    """Whatever was acknowledged stands in the copy, as it was answered. Acts of the clock and
    edits of notes that contradict another's may be kept aside instead."""
    facts = {row["id"]: row for row in copy.rows("presence")}
    undone = {row["undoes"] for row in facts.values() if row["kind"] == "undone"}
    left = {(row["attendee_id"], row["at"]) for row in facts.values() if row["kind"] == "left"}
    people = {row["id"] for row in copy.rows("attendee")}
    notes = {row["id"] for row in copy.rows("note")}
    versions = {row["id"]: row["note_id"] for row in copy.rows("note_version")}
    clock = {row["id"] for row in copy.rows("clock_fact")}
    wishes = {row["id"] for row in copy.rows("wish")}
    verdicts = Counter(
        (row["outcome"], row["at"], row["attendee_id"]) for row in copy.rows("verdict")
    )
    answered: Counter[tuple[str, str, str | None]] = Counter()
    for line in _acknowledged(history):
        said = f"{line['desk']} had {line['op']} of {line.get('attendee') or line.get('note')}"
        if line.get("fact") and copy.may("presence"):
            fact = facts.get(key(line["fact"]))
            if fact is None:
                yield Finding(
                    "missing fact", f"{said} acknowledged; {copy.name} has no {line['fact']}"
                )
            else:
                yield from _as_answered(line, fact, copy)
        if line["op"] == "undo" and copy.may("presence") and key(line["was"]) not in undone:
            yield Finding("missing fact", f"{said} acknowledged; {copy.name} does not have it")
        if line["op"] == "leave" and copy.may("presence"):
            where = (key(line["attendee"]), moment(line["at"]))
            if where not in left:
                yield Finding("missing fact", f"{said} acknowledged; {copy.name} does not have it")
        person = line.get("person")
        if person and copy.may("attendee") and key(person) not in people:
            yield Finding("missing person", f"{said}: {copy.name} does not know them")
        note = line.get("note")
        if note and copy.may("note") and key(note) not in notes:
            yield Finding("missing note", f"{said}: {copy.name} does not have it")
        elif note and copy.may("note_version") and key(note) not in versions.values():
            yield Finding("missing note", f"{said}: {copy.name} has no version of it")
        version = line.get("version")
        if version and copy.may("note_version") and key(version) not in {*versions, *aside}:
            yield Finding("missing note", f"{said}: {copy.name} has no version {version}")
        if copy.may("wish"):
            for wish in line.get("wishes", ()):
                if key(wish) not in wishes:
                    yield Finding("missing wish", f"{said}: {copy.name} has no {wish}")
        if copy.may("clock_fact"):
            for fact in line.get("clock_facts", ()):
                if key(fact) not in clock and key(fact) not in aside:
                    yield Finding("missing fact", f"{said}: {copy.name} has no {fact}")
        if line["op"] in ("scan", "admit", "walk_in"):
            who = key(line["attendee"]) if line.get("attendee") else None
            answered[line["outcome"], moment(line["at"]), who] += 1
    if copy.may("verdict"):
        for (outcome, at, who), many in (answered - verdicts).items():
            yield Finding(
                "missing verdict", f"{copy.name} lacks {many} {outcome} of {who}, answered {at}"
            )


def _as_answered(line: Line, fact: Mapping[str, Any], copy: Copy) -> Iterator[Finding]:
    """What was answered never changes; only what a desk decided alone may have been the hub's,
    whose answer was lost."""
    authority = str(line["authority"])
    if not authority.startswith("hub:") and str(fact["authority"]).startswith("hub:"):
        authority = fact["authority"]
    expected = {
        "attendee_id": key(line["attendee"]), "at": moment(line["at"]),
        "desk": line["at_desk"], "authority": authority,
    }  # fmt: skip
    for name, value in expected.items():
        if key(fact[name]) != key(value):
            yield Finding(
                "changed fact", f"{copy.name}: {name} of {fact['id']} is {fact[name]}, not {value}"
            )


# --- equality -------------------------------------------------------------------------------------


def _plain(table: str, row: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    own = OWN_COLUMNS.get(table, frozenset())
    return tuple(sorted((name, value) for name, value in row.items() if name not in own))


def _equal(copies: Sequence[Copy]) -> Iterator[Finding]:
    """Each table is the same in every copy that may hold it."""
    names = {name for copy in copies for name in copy.tables} - OWN_TABLES
    for table in sorted(names):
        holders = [copy for copy in copies if copy.may(table)]
        if not holders:
            continue
        first = Counter(_plain(table, row) for row in holders[0].rows(table))
        for other in holders[1:]:
            second = Counter(_plain(table, row) for row in other.rows(table))
            if first == second:
                continue
            only, there = list((first - second).elements()), list((second - first).elements())
            yield Finding(
                "copies differ",
                f"{table}: {len(only)} only in {holders[0].name}, {len(there)} only in {other.name}"
                f"; {_difference(only, there)}",
            )
        for copy in copies:
            if table not in ADDED_ONLY and not copy.may(table) and copy.rows(table):
                yield Finding("may not hold", f"{copy.name} holds rows of {table}")


def _difference(only: Sequence[Any], there: Sequence[Any]) -> str:
    """The first row that differs, and in which columns where it is in both."""
    by_id = {dict(row).get("id"): dict(row) for row in there}
    for row in only:
        mine = dict(row)
        other = by_id.get(mine.get("id"))
        if other is not None and mine.get("id"):
            apart = {c: (v, other.get(c)) for c, v in mine.items() if other.get(c) != v}
            return f"{mine['id']} differs in {apart}"
    return f"such as {dict((list(only) + list(there))[0])}"


def _union(copies: Sequence[Copy], table: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for copy in copies:
        for row in copy.rows(table):
            found.setdefault(row["id"], row)
    return list(found.values())


# --- who was let in -------------------------------------------------------------------------------


class _Facts:
    """All presence facts, and which came before which whatever the clocks say.

    A fact comes after the one it follows or undoes, and after the earlier ones of its authority.
    """

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.by_id = {row["id"]: row for row in rows}
        self.of_person: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.by_id.values():
            self.of_person[row["attendee_id"]].append(row)
        self.undone_by = {r["undoes"]: r for r in self.by_id.values() if r["kind"] == "undone"}
        self._causes: dict[str, set[str]] = defaultdict(set)
        for found in self.of_person.values():
            last: dict[str, str] = {}
            for row in sorted(found, key=lambda row: row["number"]):
                near = {row["follows"], row["undoes"], last.get(row["authority"])}
                self._causes[row["id"]] |= {one for one in near if one in self.by_id}
                last[row["authority"]] = row["id"]
        self._before: dict[str, frozenset[str]] = {}

    def before(self, fact: str) -> frozenset[str]:
        """All facts that came before one."""
        if fact not in self._before:
            self._before[fact] = frozenset()  # a circle, which cannot be, ends here
            near = self._causes[fact]
            self._before[fact] = frozenset(near).union(*(self.before(one) for one in near))
        return self._before[fact]

    def standing(self, person: str) -> list[dict[str, Any]]:
        """Somebody's facts that nothing took back."""
        return [
            row
            for row in self.of_person[person]
            if row["kind"] != "undone" and row["id"] not in self.undone_by
        ]

    def in_order(self, person: str) -> list[dict[str, Any]]:
        """Somebody's standing facts as they happened. Where each has a number of its own they are
        one line; else a fact comes after the one it follows, and only then does the clock (as
        corrected) decide."""
        found = sorted(self.of_person[person], key=lambda row: row["number"])
        if len({row["number"] for row in found}) < len(found):
            moments: dict[str, datetime] = {}
            for row in found:
                at = datetime.fromisoformat(row["at"]) + timedelta(seconds=row["skew"])
                moments[row["id"]] = max(at, moments.get(row["follows"], at))
            found.sort(key=lambda row: (moments[row["id"]], row["number"], row["id"]))
        standing = {row["id"] for row in self.standing(person)}
        return [row for row in found if row["id"] in standing]

    def twice(self) -> set[str]:
        """Who was let in by two that did not know of each other: two arrivals that stand, or two
        admissions with no leaving in between."""
        found = set()
        for person in self.of_person:
            standing = self.in_order(person)
            arrived = {row["authority"] for row in standing if row["kind"] == "arrived"}
            again = any(
                one["kind"] in ADMITS
                and other["kind"] in ADMITS
                and one["authority"] != other["authority"]
                for one, other in pairwise(standing)
            )
            if len(arrived) > 1 or again:
                found.add(person)
        return found

    def ends(self, fact: str, later: str) -> list[dict[str, Any]]:
        """What let somebody be welcomed by `later`, after `fact`: it undone, by whichever of two
        that did not know of each other, or their leaving since (of a stay of theirs: two that did
        not know of each other are one person)."""
        person = self.by_id[fact]["attendee_id"]
        undone = [row for row in self.of_person[person] if row["undoes"] == fact]
        known, new = self.before(fact), self.before(later)
        leaving = [
            row
            for row in self.of_person[person]
            if row["kind"] == "left"
            and row["id"] not in known
            and (fact in self.before(row["id"]) or row["id"] in new)
        ]
        return undone + leaving


def _welcomed_once(
    history: Sequence[Line], facts: _Facts, order: Mapping[tuple[str, str], int]
) -> Iterator[Finding]:
    """Among desks of one hub's term, and at any one desk, nobody was welcomed again before they
    had left or their arrival was taken back."""
    welcomes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in sorted(_acknowledged(history), key=lambda line: line["answered"]):
        fact = key(line.get("fact"))
        if line["outcome"] not in WELCOMES or fact not in facts.by_id:
            continue
        who = key(line["attendee"])
        welcomes[who, f"at {line['desk']}"].append(fact)
        authority = str(facts.by_id[fact]["authority"])
        if authority.startswith("hub:"):
            welcomes[who, f"in {authority}"].append(fact)
    for (who, where), found in welcomes.items():
        if where.startswith("in "):
            found.sort(key=lambda fact: facts.by_id[fact]["number"])
        for first, second in pairwise(found):
            if not any(_between(facts, order, end, second) for end in facts.ends(first, second)):
                yield Finding(
                    "welcomed twice", f"{who} {where}: {first} and {second}, nothing in between"
                )


def _between(facts: _Facts, order: Mapping[tuple[str, str], int], end: Line, second: str) -> bool:
    """Whether `end`, which ended a stay, can have been known when `second` was
    judged."""
    later = facts.by_id[second]
    if end["id"] in facts.before(second):
        return True
    if second in facts.before(end["id"]):
        return False
    if end["authority"] == later["authority"]:
        return end["number"] < later["number"]
    there, here = (order.get(("presence", one)) for one in (end["id"], second))
    if there is None or here is None or not str(later["authority"]).startswith("hub:"):
        return True  # nothing tells
    return there < here


def _answers_fit(history: Sequence[Line], facts: _Facts) -> Iterator[Finding]:
    """ "Already here" names an admission of that person, to the character."""
    for line in _acknowledged(history):
        if line["outcome"] != "already-here":
            continue
        known = {
            (row["at"], row["desk"])
            for row in facts.of_person[key(line["attendee"])]
            if row["kind"] in ADMITS
        }
        if (moment(line["since"]), line["first_desk"]) not in known:
            yield Finding(
                "already here of nobody",
                f"{line['desk']} was told {line['first_desk']} at {line['since']}: no fact is that",
            )


def _list_right(copy: Copy, facts: _Facts, decided: Collection[str]) -> Iterator[Finding]:
    """The list "Admitted twice" names whom it has to, and nobody else."""
    if "twice" not in copy.claims:
        return
    should = facts.twice() - set(decided)
    listed = {key(one) for one in copy.claims["twice"]}
    for person in sorted(should - listed):
        arrivals = [(r["authority"], r["kind"], r["at"]) for r in facts.standing(person)]
        yield Finding("not on the list", f"{copy.name}: {person} was let in by {arrivals}")
    for person in sorted(listed - should):
        yield Finding("wrongly on the list", f"{copy.name}: {person} was not admitted twice")


def _headcount(copy: Copy, facts: _Facts) -> Iterator[Finding]:
    """Whoever is here is counted, once; nobody else is."""
    if "here" not in copy.claims:
        return
    inside = [key(one) for one in copy.claims["inside"]]
    if len(set(inside)) != len(inside) or copy.claims["here"] != len(inside):
        yield Finding(
            "counted wrong",
            f"{copy.name} counts {copy.claims['here']}; its list has {len(set(inside))} people",
        )
    for person in facts.of_person:
        is_here = [row["kind"] in ADMITS for row in facts.in_order(person)][-1:] == [True]
        if is_here and person not in inside:
            yield Finding("counted wrong", f"{copy.name} does not count {person}, who is here")
        elif person in inside and not is_here:
            yield Finding("counted wrong", f"{copy.name} counts {person}, who is not here")
    for person in set(inside) - set(facts.of_person):
        yield Finding("counted wrong", f"{copy.name} counts {person}, of whom there is no fact")


def _one_a_seat(copy: Copy) -> Iterator[Finding]:
    """Nobody sits on somebody's lap, and no change of the seats shares its number."""
    revisions = Counter(row["revision"] for row in copy.rows("seat_change"))
    for revision, many in revisions.items():
        if many > 1:
            yield Finding("two on a seat", f"{copy.name}: {many} changes have number {revision}")
    seats: dict[tuple[str, str], tuple[Any, Any]] = {}
    for row in sorted(copy.rows("seat"), key=lambda row: row["revision"]):
        seats[row["round_id"], row["attendee_id"]] = (row["table_id"], row["place"])
    taken = Counter(
        (round_id, table, place) for (round_id, _), (table, place) in seats.items() if table
    )
    for (round_id, table, place), many in taken.items():
        if many > 1:
            yield Finding(
                "two on a seat", f"{copy.name}: {many} people at {table}/{place} in {round_id}"
            )
