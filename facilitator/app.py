"""Composition: the services of one open event. The only place that knows how they fit together."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from facilitator.clocks import Clocks, SystemClocks
from facilitator.domain.errors import HubGone
from facilitator.services.checkin import CheckinService
from facilitator.services.events import EventService, NewEvent, create_database
from facilitator.services.people import PeopleService
from facilitator.services.seating import SeatingService
from facilitator.services.waking import this_machine, wake
from facilitator.store.database import Database, was_shared

if TYPE_CHECKING:
    from facilitator.services.arrivals import ArrivalService
    from facilitator.services.badge_queue import BadgeQueueService
    from facilitator.services.badges import BadgeService
    from facilitator.services.catering import CateringService
    from facilitator.services.comparing import ComparingService
    from facilitator.services.copying import CopyService
    from facilitator.services.desk_lock import DeskLockService
    from facilitator.services.desk_reading import DeskReading
    from facilitator.services.drafts import DraftService
    from facilitator.services.exports import ExportService
    from facilitator.services.followup import FollowUpService
    from facilitator.services.hands import HandsService
    from facilitator.services.health import HealthService
    from facilitator.services.importing import ImportingService
    from facilitator.services.merging import MergeService
    from facilitator.services.mixing import MixingService
    from facilitator.services.notes import NoteService
    from facilitator.services.paper_entry import PaperEntryService
    from facilitator.services.papers import PapersService
    from facilitator.services.pledges import PledgeService
    from facilitator.services.presets import PresetService
    from facilitator.services.privacy import PrivacyService
    from facilitator.services.programme import ProgrammeService
    from facilitator.services.questions import QuestionService
    from facilitator.services.report import ReportService
    from facilitator.services.report_extras import ReportExtras
    from facilitator.services.roll import RollService
    from facilitator.services.room_display import RoomDisplayService
    from facilitator.services.sharing import SharingService
    from facilitator.services.tables import TableService
    from facilitator.services.thanks import ThanksService
    from facilitator.services.tickets import TicketService
    from facilitator.services.wishes import WishService


class EventApp:
    """Everything that can be done with one open event. Close it, or use it in a `with`."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self.database = database
        self.clocks = clocks
        self.event = EventService(database, clocks)
        self.people = PeopleService(database, clocks)
        self.seating = SeatingService(database, clocks)
        self.checkin = CheckinService(database, clocks, self.seating)

    @cached_property
    def notes(self) -> NoteService:
        """Myths, bright spots, pain points and actions."""
        from facilitator.services.notes import NoteService

        return NoteService(self.database, self.clocks)

    @cached_property
    def hands(self) -> HandsService:
        """Shows of hands."""
        from facilitator.services.hands import HandsService

        return HandsService(self.database, self.clocks, self.checkin)

    @cached_property
    def desk_lock(self) -> DeskLockService:
        """The PIN with which the Desk is locked."""
        from facilitator.services.desk_lock import DeskLockService

        return DeskLockService(self.database, self.clocks)

    @cached_property
    def questions(self) -> QuestionService:
        """What is asked at check-in, and the answers."""
        from facilitator.services.questions import QuestionService

        return QuestionService(self.database, self.clocks)

    @cached_property
    def arrivals(self) -> ArrivalService:
        """How people come, and who is still missing."""
        from facilitator.services.arrivals import ArrivalService

        return ArrivalService(self.database, self.clocks)

    @cached_property
    def desk_reading(self) -> DeskReading:
        """What the Desk shows beside its card."""
        from facilitator.services.desk_reading import DeskReading

        return DeskReading(self.database, self.checkin)

    @cached_property
    def drafts(self) -> DraftService:
        """What is being typed."""
        from facilitator.services.drafts import DraftService

        return DraftService(self.database, self.clocks)

    @cached_property
    def pledges(self) -> PledgeService:
        """Who will copy a bright spot."""
        from facilitator.services.pledges import PledgeService

        return PledgeService(self.database, self.clocks)

    @cached_property
    def programme(self) -> ProgrammeService:
        """The sessions of the day and their clock."""
        from facilitator.services.programme import ProgrammeService

        return ProgrammeService(self.database, self.clocks)

    @cached_property
    def presets(self) -> PresetService:
        """Ways of working together, put into the programme."""
        from facilitator.services.presets import PresetService

        return PresetService(self.database, self.clocks, self.programme)

    @cached_property
    def tables(self) -> TableService:
        """Tables and rounds of the room."""
        from facilitator.services.tables import TableService

        return TableService(self.database, self.clocks, self.seating.cache)

    @cached_property
    def wishes(self) -> WishService:
        """Hosts, apart, together, pins, locks, attendance."""
        from facilitator.services.wishes import WishService

        return WishService(self.database, self.clocks)

    @cached_property
    def mixing(self) -> MixingService:
        """What the engine is asked, and its plans taken over."""
        from facilitator.services.mixing import MixingService

        return MixingService(self.database, self.clocks, self.seating.cache)

    @cached_property
    def importing(self) -> ImportingService:
        """Attendee lists in."""
        from facilitator.services.importing import ImportingService

        return ImportingService(self.database, self.clocks)

    @cached_property
    def badges(self) -> BadgeService:
        """Badges, and labels for those that became wrong."""
        from facilitator.services.badges import BadgeService

        return BadgeService(self.database, self.clocks, self.seating)

    @cached_property
    def badge_queue(self) -> BadgeQueueService:
        """Badges asked for at the desks: waiting, printed, failed."""
        from facilitator.services.badge_queue import BadgeQueueService

        return BadgeQueueService(self.database, self.clocks, self.badges)

    @cached_property
    def tickets(self) -> TicketService:
        """What is sent to people before the day."""
        from facilitator.services.tickets import TicketService

        return TicketService(self.database, self.clocks)

    @cached_property
    def papers(self) -> PapersService:
        """Table plans, lists, cards, the running order, and papers for when the laptop fails."""
        from facilitator.services.papers import PapersService

        return PapersService(self.database, self.clocks, self.seating, self.programme)

    @cached_property
    def paper_entry(self) -> PaperEntryService:
        """Ticks and walk-ins from paper, entered afterwards."""
        from facilitator.services.paper_entry import PaperEntryService

        return PaperEntryService(self.database, self.clocks, self.checkin)

    @cached_property
    def catering(self) -> CateringService:
        """Numbers for the caterer and the venue, and the list for the door."""
        from facilitator.services.catering import CateringService

        return CateringService(self.database, self.clocks, self.seating)

    @cached_property
    def thanks(self) -> ThanksService:
        """Drafts of thank-you letters."""
        from facilitator.services.thanks import ThanksService

        return ThanksService(self.database, self.clocks)

    @cached_property
    def comparing(self) -> ComparingService:
        """This event beside earlier ones."""
        from facilitator.services.comparing import ComparingService

        return ComparingService(self.database, self.clocks)

    @cached_property
    def roll(self) -> RollService:
        """Who is inside now."""
        from facilitator.services.roll import RollService

        return RollService(self.database, self.clocks)

    @cached_property
    def room(self) -> RoomDisplayService:
        """What the room sees."""
        from facilitator.services.room_display import RoomDisplayService

        return RoomDisplayService(
            self.database, self.clocks, self.notes, self.programme, self.seating
        )

    @cached_property
    def report(self) -> ReportService:
        """The figures of the day, and the report."""
        from facilitator.services.report import ReportService

        return ReportService(self.database, self.clocks)

    @cached_property
    def report_extras(self) -> ReportExtras:
        """The report's quote and logos."""
        from facilitator.services.report_extras import ReportExtras

        return ReportExtras(self.database)

    @cached_property
    def exports(self) -> ExportService:
        """Workbook, csv, JSON, Markdown, calendar and certificates."""
        from facilitator.services.exports import ExportService

        return ExportService(self.database, self.clocks)

    @cached_property
    def follow_up(self) -> FollowUpService:
        """Lists of those who came and agreed to be kept in touch, by borough."""
        from facilitator.services.followup import FollowUpService

        return FollowUpService(self.database, self.clocks)

    @cached_property
    def privacy(self) -> PrivacyService:
        """What is held about people: access, erasure, removal."""
        from facilitator.services.privacy import PrivacyService

        return PrivacyService(self.database, self.clocks, lambda: self.sharing.heard())

    @cached_property
    def merging(self) -> MergeService:
        """Other copies of this event, taken over."""
        from facilitator.services.merging import MergeService

        return MergeService(self.database, self.clocks, self.people, self.seating)

    @cached_property
    def sharing(self) -> SharingService:
        """Several laptops that share the event."""
        from facilitator.services.sharing import SharingService

        return SharingService(self.database, self.clocks, self.seating)

    @cached_property
    def copies(self) -> CopyService:
        """Copies while the event runs."""
        from facilitator.services.copying import CopyService

        return CopyService(self.database, self.clocks)

    @cached_property
    def health(self) -> HealthService:
        """Copies and checks of the event."""
        from facilitator.services.health import HealthService

        return HealthService(self.database, self.clocks)

    def close(self) -> None:
        """Let go of the file or the server."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_event(location: str | Path, clocks: Clocks | None = None) -> EventApp:
    """Open the event at a path or a PostgreSQL URL. Raises Trouble in words where it cannot.

    A file that was last open on another machine, and a copy, draw a new identity as an authority,
    so that what is added here can be told from what is added there.
    """
    database = Database.open(location)
    clock = clocks or SystemClocks()
    if not database.is_server:
        wake(database, this_machine())
    app = EventApp(database, clock)
    if was_shared(database.location):
        _come_together(app)
    return app


def _come_together(app: EventApp) -> None:
    """Tie the file to its hub, and read what came. A hub that is silent is not waited for longer
    than a scan would: the file is opened alone then."""
    from facilitator.services.hub_life import attach
    from facilitator.store.hub import DEADLINE

    if attach(app.database, app.clocks) is not None:
        with suppress(HubGone):
            app.sharing.catch_up(DEADLINE)


def create_event(location: str | Path, wanted: NewEvent, clocks: Clocks | None = None) -> EventApp:
    """Make a new event and open it. Refused where something is there already."""
    clock = clocks or SystemClocks()
    return EventApp(create_database(location, wanted, clock), clock)
