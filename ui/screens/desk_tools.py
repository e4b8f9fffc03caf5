"""What stands behind More at the Desk: each tool is one line here, with the services it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.badge_printers import SystemPrinters
from ui.screens.desk_badges import DeskPrinting
from ui.screens.desk_kiosk import KioskPage
from ui.screens.desk_missing import MissingPage
from ui.screens.desk_page import DeskPage
from ui.screens.desk_paper import PaperEntryPage
from ui.screens.desk_printer import PrinterPage
from ui.screens.desk_printing import BadgeQueuePage
from ui.screens.desk_scanner import ScannerPage
from ui.screens.practice import PracticePage

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from ui.screens.screen import Surroundings


def build_tools(
    app: EventApp, around: Surroundings
) -> tuple[DeskPrinting, list[DeskPage], MissingPage]:
    """The printing of badges, the tools in the order of the list, and the one among them that
    sends people to the field."""
    printers = SystemPrinters(lambda: PrinterPage.folder(around.settings.badge_folder))
    printing = DeskPrinting(around, app.badge_queue, printers)
    missing = MissingPage(around.database, app.event, app.arrivals)
    kiosk = KioskPage(around, app.event, app.checkin, app.desk_lock)
    # A guest's badge comes out by the desk's own rule.
    kiosk.kiosk.answered.connect(printing.arrived)
    tools: list[DeskPage] = [
        missing,
        kiosk,
        BadgeQueuePage(around, app.event, app.badge_queue, printing),
        PrinterPage(around, app.event, app.badges, printers),
        ScannerPage(around, app.event),
        PaperEntryPage(around, app.event, app.people, app.paper_entry),
        PracticePage(around),
    ]
    return printing, tools, missing
