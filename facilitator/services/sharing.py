"""An event that several laptops share: who is the hub, who has joined, and how this one stands."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import psycopg
from psycopg import Connection
from sqlmodel import col, select

from facilitator.clocks import Clocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import HubGone, Refused
from facilitator.domain.join_code import MOST_ADDRESSES, JoinCode, make_secret
from facilitator.domain.roles import Role, may
from facilitator.domain.text import clean
from facilitator.services.after_alone import settle_alone
from facilitator.services.events import Done, read_event
from facilitator.services.finding_hub import HubFinder
from facilitator.services.hub_life import (
    Wanted,
    attach,
    begin,
    clear_up,
    end,
    hub_folder,
    is_own_hub,
    keep_deputy,
    own_hub_url,
    present_term,
    read_deputy,
    resume,
)
from facilitator.services.privacy_removals import Removals
from facilitator.services.seating import SeatingService
from facilitator.store.database import Database
from facilitator.store.hub_certificates import fingerprint
from facilitator.store.hub_ear import Ear
from facilitator.store.hub_link import CaughtUp, Link
from facilitator.store.hub_roles import expire_codes, make_code, put_off, refused
from facilitator.store.hub_server import HubServer
from facilitator.store.rows import JoinedRow

_P = ParamSpec("_P")
_T = TypeVar("_T")

#: how often a deputy asks for what it needs to be the hub, in seconds
KEEP_EVERY = 60.0

_AREAS = {
    "attendee": Changes.PEOPLE | Changes.ARRIVALS, "attendee_code": Changes.PEOPLE,
    "answer": Changes.PEOPLE, "source": Changes.PEOPLE, "source_row": Changes.PEOPLE,
    "person_change": Changes.PEOPLE, "scan": Changes.SCANS, "verdict": Changes.SCANS,
    "presence": Changes.ARRIVALS, "question": Changes.EVENT, "question_answer": Changes.ANSWERS,
    "room_table": Changes.SEATS, "round": Changes.SEATS, "round_table": Changes.SEATS,
    "seat_change": Changes.SEATS, "seat": Changes.SEATS, "told": Changes.SEATS,
    "wish": Changes.WISHES, "attendance_wish": Changes.WISHES,
    "programme_session": Changes.PROGRAMME, "clock_fact": Changes.CLOCK, "note": Changes.NOTES,
    "note_theme": Changes.NOTES, "note_borough": Changes.NOTES, "note_version": Changes.NOTES,
    "hands": Changes.NOTES, "pledge": Changes.NOTES, "badge_fact": Changes.BADGES,
    "setting": Changes.EVENT | Changes.ROOM,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How this laptop stands: "own" (not shared), "shared" or "alone".

    `waiting` is how many changes wait to be sent; `why` a sentence where it is more than silence;
    `aside` how many things of this laptop's, when it was last alone, contradicted others' and are
    kept for an organiser to look at.
    """

    kind: str
    since: datetime | None = None
    waiting: int = 0
    hub: str = ""
    why: str = ""
    role: str = ""
    desk: str = ""
    zone_time: str = ""
    aside: int = 0

    @property
    def sentence(self) -> str:
        """For the head of the window; empty where the event is this laptop's alone."""
        if self.kind == "own":
            return ""
        if self.kind == "shared":
            return f"Shared by {self.hub}."
        since = f" since {self.zone_time}" if self.zone_time else ""
        waits = f" {self.waiting:,} to send." if self.waiting else ""
        return f"Working alone{since}.{waits}"


@dataclass(frozen=True, slots=True)
class Shared:
    """Where the event is shared."""

    addresses: tuple[str, ...]
    port: int
    term: int
    server: str
    name: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code for one laptop to join with, and until when it is good."""

    text: str
    until: datetime
    role: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A laptop that joined. `skew` is the hub's clock minus its own, in seconds; `is_behind`
    whether it lacks something that the hub has."""

    id: UUID
    name: str
    role: str
    machine: str
    joined_at: datetime
    heard_at: datetime | None
    put_off_at: datetime | None
    taken_off_at: datetime | None
    is_hub: bool
    is_this: bool
    waiting: int
    skew: float
    is_behind: bool


def _in_turn(method: Callable[_P, _T]) -> Callable[_P, _T]:
    """One at a time: the window's keeper and a page may both find that the hub has changed."""

    @wraps(method)
    def in_turn(*args: _P.args, **words: _P.kwargs) -> _T:
        with args[0]._turn:  # pyright: ignore[reportAttributeAccessIssue]
            return method(*args, **words)

    return in_turn


class SharingService:
    """Sharing an event, joining laptops, and staying in step."""

    def __init__(self, database: Database, clocks: Clocks, seating: SeatingService) -> None:
        self._database, self._clocks, self._seating = database, clocks, seating
        self._turn = threading.RLock()
        self._finder = HubFinder(database, clocks)
        self._kept: float | None = None
        self._ear = Ear()
        self._removals: Removals | None = None

    # -- how it stands --------------------------------------------------------------------------

    @property
    def link(self) -> Link | None:
        """The tie to the hub; None where the event is this laptop's alone."""
        found = self._database.link
        return found if isinstance(found, Link) else None

    def standing(self) -> Standing:
        """How this laptop stands. Never waits for the network."""
        link = self.link
        if link is None:
            return Standing("own")
        account = link.account
        since = link.alone_since
        hub, words = account.name, ""
        with self._database.reading() as session:
            term = present_term(session)
            if term is not None:
                hub = term.name
            if since is not None:
                words = f"{read_event(session).local(since):%H:%M}"
        return Standing(
            "shared" if link.is_shared else "alone", since, link.waiting, hub, link.why,
            account.role, account.name, words, link.aside,
        )  # fmt: skip

    def may(self, area: str, verb: str) -> bool:
        """Whether this laptop's role allows that; always where the event is not shared."""
        link = self.link
        return link is None or may(link.account.role, area, verb)

    @property
    def is_hub(self) -> bool:
        """Whether the hub's server is on this laptop."""
        link = self.link
        return link is not None and is_own_hub(self._database, link.account)

    @property
    def can_take_over(self) -> bool:
        """Whether this laptop has what it needs to become the hub."""
        link = self.link
        return (
            link is not None
            and not self.is_hub
            and link.account.role == Role.ORGANISER
            and bool(read_deputy(link.account.folder).ca_key)
        )

    # -- the hub --------------------------------------------------------------------------------

    @_in_turn
    def share(
        self, *, server: str = "", port: int = 0, name: str = "", addresses: Sequence[str] = ()
    ) -> Shared:
        """Share the event from this laptop; returns once it listens.

        `server` is the URL of a PostgreSQL that is there already; else one is started. A hub whose
        laptop was off goes on where it was. Refused where another laptop shares it.
        """
        wanted = Wanted(clean(name), port, tuple(addresses), server)
        path = self._database.path
        if path is None:
            raise Refused("This event is on a server already.", "", "Open its file to share it.")
        link = self.link
        if link is None:
            link = begin(self._database, self._clocks, wanted)
        elif is_own_hub(self._database, link.account):
            place = resume(self._database, wanted)
            link.move(link.account.seen(place, link.account.others))
        else:
            raise Refused(
                "This event is shared by another laptop.", "Nothing was changed.",
                "If that one is lost, take over: “Become the hub”.",
            )  # fmt: skip
        self._together(link)
        return self._where(link)

    @_in_turn
    def stop(self) -> str:
        """End sharing: every fact is in the file again, and nothing listens. Returns a sentence."""
        link = self.link
        path = self._database.path
        if link is None or path is None:
            raise Refused("This event is not shared.", "Nothing was changed.")
        if not is_own_hub(self._database, link.account):
            raise Refused(
                "This laptop is not the hub.", "Nothing was changed.", "End sharing at the hub."
            )
        self._together(link)
        end(self._database, link)
        return "The event is this laptop's alone again, with everything in its file."

    @_in_turn
    def take_over(self, *, port: int = 0, addresses: Sequence[str] = ()) -> Shared:
        """Become the hub in place of one that is lost: a new term begins.

        Refused where this laptop did not join as an organiser, or the hub answers.
        """
        link = self.link
        if link is None:
            raise Refused("This event is not shared.", "Nothing was changed.")
        if link.account.role != Role.ORGANISER:
            raise Refused(
                "Only a laptop that joined as an organiser can become the hub.",
                "Nothing was changed.",
                "Without one, open the newest copy on a stick and share that.",
            )
        if is_own_hub(self._database, link.account):
            raise Refused("This laptop is the hub.", "Nothing was changed.")
        if not read_deputy(link.account.folder).ca_key:
            raise Refused(
                "This laptop never heard from the hub what it needs to take its place.",
                "Nothing was changed.", "Open the newest copy on a stick and share that.",
            )  # fmt: skip
        try:
            self._together(link)
        except HubGone:
            pass
        else:
            raise Refused("The hub answers: there is nothing to take over.", "Nothing was changed.")
        link.close()
        self._database.link = None
        path = self._database.path
        assert path is not None
        left = HubServer(hub_folder(path))
        try:
            if left.exists:
                left.remove()  # of an earlier term: what it knew is in the file
            taken = begin(self._database, self._clocks, Wanted("", port, tuple(addresses)))
        except BaseException:
            attach(self._database, self._clocks)
            raise
        self._together(taken)
        return self._where(taken)

    def where(self) -> Shared | None:
        """Where the event is shared now, as far as this laptop knows; None where it is not."""
        link = self.link
        return self._where(link) if link is not None else None

    # -- laptops --------------------------------------------------------------------------------

    @_in_turn
    def invite(self, role: str) -> Invitation:
        """A code with which one laptop may join, once and for ten minutes.

        Refused where this laptop is no organiser's; HubGone where the hub does not answer.
        """
        link = self._organiser()
        secret = make_secret(secrets.token_bytes(10))

        def ask(hub: Connection[Any]) -> Any:
            expire_codes(hub)
            return make_code(hub, Role(role), secret)

        made = self._ask(link, ask)
        with self._database.reading() as session:
            event, term = read_event(session), present_term(session)
        told = tuple(term.address.split(",")) if term is not None and term.address else ()
        code = JoinCode(
            (told or link.account.hub.addresses)[:MOST_ADDRESSES],
            term.port if term is not None and term.port else link.account.hub.port,
            link.account.database, fingerprint(link.account.ca.read_text("ascii")), event.tag,
            made.login[-8:], secret, made.until,
        )  # fmt: skip
        return Invitation(code.text, made.until, str(Role(role)))

    def desks(self) -> list[Desk]:
        """Every laptop that joined, the hub first. What was heard of them is as of now where the
        hub answers and this is an organiser's laptop."""
        link = self.link
        heard: dict[UUID, tuple[Any, ...]] = {}
        last = 0
        if link is not None and link.is_shared and link.account.role == Role.ORGANISER:
            try:
                rows, last = self._ask(link, _heard)
                heard = {row[0]: row for row in rows}
            except HubGone:
                heard = {}
        with self._database.reading() as session:
            joined = session.exec(
                select(JoinedRow).order_by(
                    col(JoinedRow.is_hub).desc(), col(JoinedRow.joined_at), col(JoinedRow.id)
                )
            ).all()
            own = UUID(link.account.desk_id) if link is not None else None
            cursor = link.cursor if link is not None else None
            term = cursor.term if cursor is not None else 0
            return [
                Desk(
                    row.id, row.name, row.role, row.machine, row.joined_at,
                    heard[row.id][1] if row.id in heard else None, row.put_off_at,
                    row.taken_off_at, row.is_hub, row.id == own,
                    heard[row.id][4] if row.id in heard else 0, row.skew,
                    row.id not in heard
                    or (heard[row.id][3], heard[row.id][2]) < (term, last),
                )
                for row in joined
            ]  # fmt: skip

    def heard(self) -> dict[UUID, datetime]:
        """When each laptop was last heard of; empty where the hub does not tell this one."""
        return {one.id: one.heard_at for one in self.desks() if one.heard_at is not None}

    def rename(self, desk_id: UUID, name: str) -> Done:
        """Give a laptop another name. Refused where one of that name is there, or it has none."""
        self._organiser()
        wanted = clean(name)
        if not wanted or len(wanted) > 60:
            raise Refused("A desk needs a name of at most 60 letters.", "Nothing was changed.")
        with self._database.session() as session:
            row = session.get(JoinedRow, desk_id)
            if row is None:
                raise Refused("There is no such desk.", "Nothing was changed.")
            others = session.exec(select(JoinedRow).where(col(JoinedRow.id) != desk_id))
            if any(one.name.casefold() == wanted.casefold() for one in others):
                raise Refused("There is a desk of that name already.", "Nothing was changed.")
            row.name = wanted
            session.add(row)
        return Done(Changes.EVENT)

    @_in_turn
    def put_off(self, desk_id: UUID) -> Done:
        """Let a lost laptop in no more; its connection is cut at once."""
        link = self._organiser()
        with self._database.reading() as session:
            row = session.get(JoinedRow, desk_id)
        if row is None:
            raise Refused("There is no such desk.", "Nothing was changed.")
        self._ask(link, lambda hub: put_off(hub, row.login))
        self._together(link)
        return Done(Changes.EVENT)

    # -- staying in step ------------------------------------------------------------------------

    @_in_turn
    def catch_up(self, patience: float = 5.0) -> Changes:
        """Send what waits and read what came; what changed here.

        Where the hub does not answer, it looks at times whether a deputy has taken its place; a
        hub looks whether it still is one. Raises HubGone where there is no hub that answers within
        `patience` seconds.
        """
        link = self.link
        if link is None:
            return Changes.NONE
        was_shared = link.is_shared
        try:
            self._finder.step_down_for_newer(link)
            done = self._together(link, patience)
        except HubGone:
            if not self._finder.find(link):
                raise
            done = self._together(link)
        if link.account.role == Role.ORGANISER and (
            not was_shared or "joined" in done.tables or self._is_time_to_keep()
        ):
            keep_deputy(link.account, link)
        self._forget_removed(link)
        return changes_of(done.tables)

    def untold(self) -> Changes:
        """What changed here by what came from the hub and nobody was told of yet: a check-in reads
        what others did, too, and a catching up may end in the middle."""
        link = self.link
        return changes_of(link.take_untold()) if link is not None else Changes.NONE

    def wait(self, seconds: float) -> bool:
        """Whether the hub says within `seconds` that it has something new.

        False at once where it cannot be heard. For the one thread that catches up again and again.
        """
        link = self.link
        if link is None or not link.is_shared:
            return False
        return self._ear.wait(link.account, seconds)

    def hush(self) -> None:
        """Wait for the hub's word no longer; called by the thread that waited."""
        self._ear.close()

    # -- internal -------------------------------------------------------------------------------

    def _together(self, link: Link, patience: float = 5.0) -> CaughtUp:
        done = link.catch_up(patience)
        clear_up(self._database, link.account)
        if done.arrived:
            settle_alone(self._database, self._clocks, self._seating, done.arrived)
        return done

    def _forget_removed(self, link: Link) -> None:
        """After a removal of personal data this file, its copies and our server forget."""
        if self._removals is None or self._removals.desk != UUID(link.account.desk_id):
            self._removals = Removals(self._database, self._clocks, UUID(link.account.desk_id))
        self._removals.follow(lambda: own_hub_url(self._database, link.account))

    def _organiser(self) -> Link:
        link = self.link
        if link is None:
            raise Refused("This event is not shared.", "", "Share it first.")
        if link.account.role != Role.ORGANISER:
            raise Refused(
                "Only an organiser's laptop may do that.", "Nothing was changed.",
                "Do it at the hub.",
            )  # fmt: skip
        if not link.is_shared:
            self._together(link)
        return link

    def _ask(self, link: Link, question: Any) -> Any:
        try:
            return link.hub.ask(question, 3.0)
        except psycopg.Error as problem:
            raise refused(problem) or HubGone("The hub did not do that.") from problem

    def _where(self, link: Link) -> Shared:
        with self._database.reading() as session:
            term = present_term(session)
        assert term is not None
        own = is_own_hub(self._database, link.account)
        return Shared(
            tuple(term.address.split(",")), term.port, term.number,
            "this laptop" if own else link.account.hub.addresses[0], term.name,
        )  # fmt: skip

    def _is_time_to_keep(self) -> bool:
        """Whether what a deputy needs was last asked for a while ago."""
        now = self._clocks.steady()
        if self._kept is not None and 0 <= now - self._kept < KEEP_EVERY:
            return False
        self._kept = now
        return True


def changes_of(tables: frozenset[str]) -> Changes:
    """What a screen has to read again where these tables changed."""
    changes = Changes.NONE
    for name in tables:
        changes |= _AREAS.get(name, Changes.EVENT)
    return changes


def _heard(hub: Connection[Any]) -> tuple[list[tuple[Any, ...]], int]:
    rows = hub.execute("SELECT joined_id, at, cursor, term, waiting FROM heard").fetchall()
    last = hub.execute("SELECT coalesce(max(number), 0) FROM change").fetchone()
    return rows, int(last[0]) if last else 0
