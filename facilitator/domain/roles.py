"""Who may do what, where several laptops share an event: one table, from which the hub's grants
are made and by which a laptop judges before it asks.

A laptop joins as a registration desk, as a facilitator's or as an organiser's. Every table of the
database belongs to one area. Facts are added and never changed or removed, save by an organiser's
purge; what a role may not read is in tables of its own, and not on its laptop at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from facilitator.domain.errors import Refused
from facilitator.domain.text import listed


class Role(StrEnum):
    """What a laptop joined as."""

    DESK = "desk"
    FACILITATOR = "facilitator"
    ORGANISER = "organiser"

    @property
    def words(self) -> str:
        """With its article, as a sentence begins: "A registration desk"."""
        return _ROLE_WORDS[self][0]

    @property
    def explained(self) -> str:
        """One line of what it may do, for whoever invites a laptop."""
        return _ROLE_WORDS[self][1]


_ROLE_WORDS = {
    Role.DESK: ("A registration desk", "Checks in, adds walk-ins, asks the questions, takes back."),
    Role.FACILITATOR: (
        "A facilitator",
        "Also runs programme, tables and the room display, and takes notes.",
    ),
    Role.ORGANISER: (
        "An organiser",
        "Everything: the list, the report, personal data. Can take over as the hub.",
    ),
}


class Verb(StrEnum):
    """What is done with a row."""

    READ = "read"
    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class Area(StrEnum):
    """What belongs together. The window asks about some that have no table of their own."""

    CHECK_IN = "check-in"
    #: somebody of the list, as check-in touches them: a walk-in is added, a consent is set
    GUESTS = "guests"
    #: keeping the list: importing, editing
    PEOPLE = "people"
    LISTS = "lists"
    TABLES = "tables"
    SEATS = "seats"
    PROGRAMME = "programme"
    CLOCK = "clock"
    NOTES = "notes"
    #: themes and boroughs of a note, which are written anew with it
    NOTE_TAGS = "note tags"
    NOTE_FACTS = "note facts"
    #: what the room sees, kept among the event's settings
    ROOM = "room"
    DOCUMENTS = "documents"
    EVENT = "event"
    PRIVACY = "privacy"
    SET_ASIDE = "set aside"
    SHARING = "sharing"
    #: what the hub knows of joined laptops and of codes for joining
    HUB = "hub"
    #: what never leaves a laptop
    LAPTOP = "laptop"


R, A, C, X = Verb.READ, Verb.ADD, Verb.CHANGE, Verb.REMOVE
Verbs = frozenset[Verb]
NOTHING: Verbs = frozenset()
EVERYTHING: Verbs = frozenset(Verb)


def _row(desk: str, facilitator: str, organiser: str) -> Mapping[Role, Verbs]:
    letters = {"r": R, "a": A, "c": C, "x": X}
    cells = zip(Role, (desk, facilitator, organiser), strict=True)
    return MappingProxyType({role: frozenset(letters[c] for c in cell) for role, cell in cells})


#: the table: r reads, a adds, c changes, x removes
ALLOWED: Mapping[Area, Mapping[Role, Verbs]] = MappingProxyType(
    {
        #                     desk   facilitator  organiser
        Area.CHECK_IN:   _row("ra",  "ra",   "racx"),
        Area.GUESTS:     _row("rac", "rac",  "racx"),
        Area.PEOPLE:     _row("r",   "r",    "racx"),
        Area.LISTS:      _row("",    "",     "racx"),
        Area.TABLES:     _row("r",   "racx", "racx"),
        Area.SEATS:      _row("ra",  "ra",   "racx"),
        Area.PROGRAMME:  _row("r",   "rac",  "racx"),
        Area.CLOCK:      _row("r",   "ra",   "racx"),
        Area.NOTES:      _row("",    "rac",  "racx"),
        Area.NOTE_TAGS:  _row("",    "rax",  "racx"),
        Area.NOTE_FACTS: _row("",    "ra",   "racx"),
        Area.ROOM:       _row("r",   "rac",  "racx"),
        Area.DOCUMENTS:  _row("",    "",     "racx"),
        Area.EVENT:      _row("r",   "r",    "racx"),
        Area.PRIVACY:    _row("",    "",     "racx"),
        Area.SET_ASIDE:  _row("a",   "a",    "racx"),
        Area.SHARING:    _row("r",   "r",    "rac"),
        Area.HUB:        _row("",    "",     "r"),
        Area.LAPTOP:     _row("",    "",     ""),
    }
)  # fmt: skip

_TABLES: Mapping[Area, tuple[str, ...]] = {
    # `person_change` tells a desk whose line of its list to read again; `document_fact` holds the
    # codes of spare badges, `decision` the ticks of a roll call.
    Area.CHECK_IN: (
        "scan", "verdict", "presence", "question_answer", "badge_fact", "told", "attendee_code",
        "person_change", "document_fact", "decision",
    ),
    Area.GUESTS: ("attendee",),
    Area.PEOPLE: (),
    Area.LISTS: ("answer", "source", "source_row"),
    # A desk reads the wishes: a late arrival is given a seat by them.
    Area.TABLES: ("room_table", "round", "round_table", "wish", "attendance_wish"),
    Area.SEATS: ("seat_change", "seat"),
    Area.PROGRAMME: ("programme_session",),
    Area.CLOCK: ("clock_fact",),
    Area.NOTES: ("note", "pledge"),
    Area.NOTE_TAGS: ("note_theme", "note_borough"),
    Area.NOTE_FACTS: ("note_version", "hands"),
    Area.ROOM: ("setting",),
    Area.DOCUMENTS: ("asset",),
    # A removal is everybody's to know and an organiser's to make.
    Area.EVENT: ("event", "side", "question", "removal"),
    Area.PRIVACY: (),
    Area.SET_ASIDE: ("set_aside",),
    Area.SHARING: ("joined", "term"),
    Area.HUB: ("heard", "join_code"),
    Area.LAPTOP: ("draft", "sharing", "outbox"),
}  # fmt: skip

#: the area of each table
AREA_OF: Mapping[str, Area] = MappingProxyType(
    {table: area for area, tables in _TABLES.items() for table in tables}
)

#: settings that stay on the laptop: wrong PINs are counted where they are typed
LAPTOP_SETTINGS = frozenset({"desk_tries"})


@dataclass(frozen=True, slots=True)
class Only:
    """What a permission to write is narrowed to. Empty means everything."""

    #: columns that may differ afterwards
    fields: frozenset[str] = frozenset()
    #: rows, by their key
    keys: frozenset[str] = frozenset()

    def covers(self, fields: Collection[str], key: str) -> bool:
        """Whether a write of these columns to the row of that key keeps within it.

        What is not said (no columns, no key) is not judged.
        """
        return (not self.fields or self.fields.issuperset(fields)) and (
            not self.keys or not key or key in self.keys
        )


#: what check-in sets of somebody: the consents that were asked, and the ticket of a walk-in
#: whose spare badge was given to another
_CHECKED_IN = frozenset({"contact_consent", "photo_consent", "edited", "ticket"})

#: where a role may not change all of a row, or not every row
ONLY: Mapping[tuple[Role, str], Only] = MappingProxyType(
    {
        (Role.DESK, "attendee"): Only(fields=_CHECKED_IN),
        (Role.FACILITATOR, "attendee"): Only(fields=_CHECKED_IN),
        (Role.FACILITATOR, "setting"): Only(keys=frozenset({"room", "published"})),
    }
)

_ALL = Only()

#: what a laptop that works alone may write: check-in without seats, notes, the clock, and what the
#: room sees (black is one key, always); all else waits
ALONE: Mapping[str, Mapping[Verb, Only]] = MappingProxyType(
    {
        **{
            table: {A: _ALL}
            for table in (
                "scan", "verdict", "presence", "question_answer", "badge_fact", "told",
                "attendee_code", "person_change", "document_fact", "decision", "clock_fact",
                "note_version", "hands", "set_aside",
            )
        },
        "attendee": {A: _ALL, C: Only(fields=_CHECKED_IN)},
        "note": {A: _ALL, C: _ALL},
        "pledge": {A: _ALL, C: _ALL},
        "note_theme": {A: _ALL, X: _ALL},
        "note_borough": {A: _ALL, X: _ALL},
        # A round begins and ends with its session.
        "round": {C: Only(fields=frozenset({"started_at", "finished_at"}))},
        "setting": {A: Only(keys=frozenset({"room"})), C: Only(keys=frozenset({"room"}))},
    }
)  # fmt: skip


# -- asking ----------------------------------------------------------------------------------------


def may(role: Role | str, area: Area | str, verb: Verb | str) -> bool:
    """Whether a role may do that in an area. ValueError for one that there is not."""
    return Verb(verb) in ALLOWED[Area(area)][Role(role)]


def area_of(table: str) -> Area:
    """The area to which a table of the database belongs. KeyError for one nobody decided about."""
    return AREA_OF[table]


def verbs_on(role: Role | str, table: str) -> Verbs:
    """What a role may do with a table's rows; see `ONLY` for where not with all of them."""
    return ALLOWED[area_of(table)][Role(role)]


def tables_read_by(role: Role | str) -> frozenset[str]:
    """The tables whose rows a role's laptop has."""
    return frozenset(table for table in AREA_OF if Verb.READ in verbs_on(role, table))


def may_write(
    role: Role | str, table: str, verb: Verb, fields: Collection[str] = (), key: str = ""
) -> bool:
    """Whether a role may add, change or remove this row of a table.

    `fields` are the columns that change, `key` names the row; what is left out is not judged.
    """
    narrowed = ONLY.get((Role(role), table), _ALL)
    return verb in verbs_on(role, table) and _within(narrowed, verb, fields, key)


def alone_may(table: str, verb: Verb, fields: Collection[str] = (), key: str = "") -> bool:
    """Whether this can be written while the hub does not answer, whatever the role.

    `fields` are the columns that change, `key` names the row; what is left out is not judged.
    """
    if area_of(table) is Area.LAPTOP or (table == "setting" and key in LAPTOP_SETTINGS):
        return True
    narrowed = ALONE.get(table, {}).get(verb)
    return narrowed is not None and _within(narrowed, verb, fields, key)


def _within(narrowed: Only, verb: Verb, fields: Collection[str], key: str) -> bool:
    return narrowed.covers(fields if verb is Verb.CHANGE else (), key)


# -- saying no -------------------------------------------------------------------------------------

_WHAT: Mapping[Area, str] = {
    Area.CHECK_IN: "what was checked in",
    Area.GUESTS: "people's details",
    Area.PEOPLE: "the list of people",
    Area.LISTS: "what lists brought along",
    Area.TABLES: "the tables",
    Area.SEATS: "the seats",
    Area.PROGRAMME: "the programme",
    Area.CLOCK: "the clock",
    Area.NOTES: "the notes",
    Area.NOTE_TAGS: "the notes",
    Area.NOTE_FACTS: "the notes",
    Area.ROOM: "the event's settings",
    Area.DOCUMENTS: "what the documents carry",
    Area.EVENT: "the event",
    Area.PRIVACY: "the keeping of personal data",
    Area.SET_ASIDE: "what contradicts itself",
    Area.SHARING: "who shares the event",
    Area.HUB: "who shares the event",
    Area.LAPTOP: "another laptop's own",
}

_DOING = {R: "read", A: "add to", C: "change", X: "remove"}


def refusal(role: Role | str, subject: str, verb: Verb | str = Verb.CHANGE) -> Refused:
    """What is said where a role may not do that; `subject` is a table or an area.

    "A registration desk may not change the programme. Nothing was changed. Ask a facilitator or
    an organiser."
    """
    area, verb = _area(subject), Verb(verb)
    # One who may do it to some rows only is no help with the others.
    can = [
        one.words
        for one in Role
        if one is not Role(role) and verb in ALLOWED[area][one] and (one, subject) not in ONLY
    ]
    asked = listed([words[0].lower() + words[1:] for words in can], "or")
    return Refused(
        f"{Role(role).words} may not {_DOING[verb]} {_WHAT[area]}.",
        "" if verb is Verb.READ else "Nothing was changed.",
        f"Ask {asked}." if asked else "",
    )


def waits(subject: str) -> Refused:
    """What is said where something has to wait for the hub; `subject` is a table or an area."""
    return Refused(
        f"The hub does not answer: changing {_WHAT[_area(subject)]} waits until it is back.",
        "Nothing was changed.",
        "Check-in, notes and the clock go on here.",
    )


def _area(subject: str) -> Area:
    # Areas first: "sharing" is also a table of each laptop's own, about which nobody is refused.
    try:
        return Area(subject)
    except ValueError:
        return AREA_OF[subject]
