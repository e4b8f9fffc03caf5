"""The kit: the widgets that every screen is made of. Import them from here."""

from ui.kit.announce import announce, motion_ms
from ui.kit.burst import Caught, KeyFilter, ScannerTest
from ui.kit.burst_tangle import Tangle
from ui.kit.button import Button, Choice, Option, Tick
from ui.kit.card import Bar, Card, EmptyState, Line, Pill, Scroll, State
from ui.kit.field import Field, Picker, PickerField, SearchField, TextField
from ui.kit.label import Icon, Label, plain_tip
from ui.kit.mark import SideMark, paint_mark
from ui.kit.message import Message, MessageBar
from ui.kit.ring import FocusRing
from ui.kit.rows import Row, RowDelegate, RowList, RowModel

__all__ = [
    "Bar",
    "Button",
    "Card",
    "Caught",
    "Choice",
    "EmptyState",
    "Field",
    "FocusRing",
    "Icon",
    "KeyFilter",
    "Label",
    "Line",
    "Message",
    "MessageBar",
    "Option",
    "Picker",
    "PickerField",
    "Pill",
    "Row",
    "RowDelegate",
    "RowList",
    "RowModel",
    "ScannerTest",
    "Scroll",
    "SearchField",
    "SideMark",
    "State",
    "Tangle",
    "TextField",
    "Tick",
    "announce",
    "motion_ms",
    "paint_mark",
    "plain_tip",
]
