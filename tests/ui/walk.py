"""The walk: what is wrong, to see and to use, with a window as it stands.

`faults_of(window)` visits every visible widget and returns one sentence for each fault: a control
without a name, too low, out of reach of Tab; text that is cut; a widget outside its place or under
another; contrast too weak. A widget that paints its own words may tell `text_fits() -> bool`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from ui.kit import Button, FocusRing, Icon, KeyFilter, Label, SideMark
from ui.kit.button import Tick

CONTROLS = (
    QAbstractButton,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QComboBox,
    QAbstractSpinBox,
    QAbstractItemView,
    QAbstractSlider,
)
#: parts of other controls, which are not controls of their own
_PARTS = (QHeaderView, QScrollBar)


def faults_of(window: QWidget, *, reach: bool = True) -> list[str]:
    """Every fault of the window as it stands; `reach` also walks it with Tab."""
    window.ensurePolished()
    image = window.grab().toImage()
    faults: list[str] = []
    seen = list(_visible(window))
    for widget in seen:
        if _is_control(widget):
            faults += _control_faults(widget)
        faults += _text_faults(widget)
        faults += _place_faults(widget, window)
        faults += _contrast_faults(widget, window, image)
    faults += _overlaps(seen, window)
    faults += _too_wide(seen)
    if reach:
        faults += _unreached(seen, window)
    return faults


def scrolled(screen: QWidget) -> list[str]:
    """Whether the screen is too large for its place, and so must be scrolled."""
    holder = screen.parentWidget()
    area = holder.parentWidget() if holder is not None else None
    if not isinstance(area, QAbstractScrollArea):
        return []
    bars = (area.verticalScrollBar(), area.horizontalScrollBar())
    return [
        f"{type(screen).__name__} is {bar.maximum()} px too large and scrolls"
        for bar in bars
        if bar.maximum() > 0
    ]


def _visible(window: QWidget) -> Iterator[QWidget]:
    """The widgets in sight, those that a scroll area hides left out."""
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and widget.window() is window and not isinstance(widget, FocusRing):
            yield widget


def _is_control(widget: QWidget) -> bool:
    if not isinstance(widget, CONTROLS) or isinstance(widget, _PARTS):
        return False
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, (QComboBox, QAbstractSpinBox, QAbstractItemView)):
            return False
        parent = parent.parentWidget()
    return True


def _name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    said = interface.text(QAccessible.Text.Name) if interface is not None else ""
    kind = type(widget).__name__
    where = type(_screen(widget)).__name__
    text = said or getattr(widget, "text", lambda: "")() or widget.objectName()
    return f"{where}: {kind} “{text[:50]}”"


def _screen(widget: QWidget) -> QWidget:
    from ui.screens.screen import Screen

    parent: QWidget | None = widget
    while parent is not None and not isinstance(parent, Screen):
        parent = parent.parentWidget()
    return parent or widget.window()


def _control_faults(widget: QWidget) -> list[str]:
    faults = []
    interface = QAccessible.queryAccessibleInterface(widget)
    if interface is None or not interface.text(QAccessible.Text.Name).strip():
        faults.append(f"{_name(widget)} has no accessible name")
    if widget.height() < 40:
        faults.append(f"{_name(widget)} is {widget.height()} px high, not 40")
    return faults


def _text_faults(widget: QWidget) -> list[str]:
    own = getattr(widget, "text_fits", None)
    if own is not None:
        return [] if own() else [f"{_name(widget)} cuts its words at {widget.width()} px"]
    if not isinstance(widget, QLabel) or not widget.text():
        return []
    if widget.textFormat() != Qt.TextFormat.PlainText:
        return [f"{_name(widget)} guesses at rich text"]
    if isinstance(widget, Label) and widget.elides:
        return []
    room = widget.contentsRect()
    flags = int(widget.alignment()) | (int(Qt.TextFlag.TextWordWrap) if widget.wordWrap() else 0)
    needed = widget.fontMetrics().boundingRect(
        QRect(0, 0, room.width() if widget.wordWrap() else 10_000, 10_000),
        flags,
        QLabel.text(widget),  # with the places where long words may break
    )
    if needed.width() > room.width() + 1 or needed.height() > room.height() + 2:
        return [
            (
                f"{_name(widget)} cuts its text: needs {needed.width()}x{needed.height()}, "
                f"has {room.width()}x{room.height()}"
            )
        ]
    return []


def _place_faults(widget: QWidget, window: QWidget) -> list[str]:
    """Outside the nearest thing that holds it: the content of a scroll area, or the window."""
    if not (_is_control(widget) or isinstance(widget, (QLabel, Icon, SideMark))):
        return []
    parent = widget.parentWidget()
    rect = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    while parent is not None:
        area = parent.parentWidget()
        scrolled = isinstance(area, QAbstractScrollArea) and area.viewport() is parent
        if scrolled:
            break
        bounds = QRect(parent.mapTo(window, QPoint(0, 0)), parent.size())
        if not bounds.adjusted(-1, -1, 1, 1).contains(rect):
            return [
                (
                    f"{_name(widget)} lies outside {type(parent).__name__}: "
                    f"{_box(rect)} in {_box(bounds)}"
                )
            ]
        if parent is window:
            break
        parent = area
    return []


def _too_wide(seen: list[QWidget]) -> list[str]:
    """Columns whose content is wider than they are, with no way to scroll there."""
    return [
        f"{_name(area)} is {area.widget().width() - area.viewport().width()} px too narrow"
        for area in seen
        if isinstance(area, QScrollArea)
        and area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        and area.widget().width() > area.viewport().width() + 1
    ]


def _box(rect: QRect) -> str:
    return f"{rect.x()},{rect.y()} {rect.width()}x{rect.height()}"


def _shown_rect(widget: QWidget, window: QWidget) -> QRect:
    """What of the widget its parents leave in sight, in the window's coordinates."""
    rect = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        rect = rect.intersected(QRect(parent.mapTo(window, QPoint(0, 0)), parent.size()))
        parent = parent.parentWidget()
    return rect.intersected(window.rect())


def _overlaps(seen: list[QWidget], window: QWidget) -> list[str]:
    leaves = [
        (widget, _shown_rect(widget, window))
        for widget in seen
        if _is_control(widget)
        or isinstance(widget, (Icon, SideMark))
        or (isinstance(widget, QLabel) and widget.text())
    ]
    faults = []
    for place, (one, rect) in enumerate(leaves):
        for other, place_of_other in leaves[place + 1 :]:
            shared = rect.intersected(place_of_other)
            if shared.width() <= 1 or shared.height() <= 1:
                continue
            if one.isAncestorOf(other) or other.isAncestorOf(one):
                continue
            faults.append(f"{_name(one)} and {_name(other)} overlap by {_box(shared)}")
    return faults


def _contrast_faults(widget: QWidget, window: QWidget, image: QImage) -> list[str]:
    if not isinstance(widget, (QLabel, Button, Tick)):
        return []
    if isinstance(widget, QLabel) and not widget.text():
        return []
    rect = _shown_rect(widget, window)
    if rect.width() < 0.7 * widget.width() or rect.height() < 0.7 * widget.height():
        return []  # mostly scrolled away: what is left of it says nothing
    ratio = image.devicePixelRatio()
    counted: Counter[int] = Counter()
    left, right = int(rect.left() * ratio), int(rect.right() * ratio)
    step = 3 if isinstance(widget, QLabel) else 1
    for x in range(left, min(right, left + round(160 * ratio)), step):
        for y in range(int(rect.top() * ratio), int(rect.bottom() * ratio), 2):
            counted[image.pixel(x, y)] += 1
    ground = QColor(counted.most_common(1)[0][0])
    if isinstance(widget, QLabel):
        best = contrast(widget.palette().color(widget.foregroundRole()), ground)
    else:
        best = max(contrast(QColor(pixel), ground) for pixel in counted)
    size, bold = widget.font().pixelSize(), widget.font().weight() >= 600
    large = size >= 24 or (size >= 18 and bold)
    wanted = 3.0 if large else 4.5
    if best < wanted:
        return [f"{_name(widget)} has a contrast of {best:.1f}, not {wanted}"]
    return []


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2 contrast of two colours."""

    def light(colour: QColor) -> float:
        parts = [
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in (colour.redF(), colour.greenF(), colour.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    lights = sorted((light(one), light(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _unreached(seen: list[QWidget], window: QWidget) -> list[str]:
    """The controls that Tab does not come to, pressed until it has gone all the way round."""
    wanted = {
        id(widget): widget
        for widget in seen
        if _is_control(widget) and widget.isEnabled() and not _is_arrow_stop(widget)
    }
    reached: set[int] = set()
    keys = KeyFilter.of_application()
    before = window.focusWidget()
    stuck = 0
    for _ in range(len(wanted) * 2 + 20):
        now = window.focusWidget() or window
        event = QKeyEvent(
            QKeyEvent.Type.KeyPress, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "\t"
        )
        keys.settle()
        QApplication.sendEvent(now, event)
        after = window.focusWidget()
        stuck = stuck + 1 if after is now else 0
        if stuck > 1 and wanted.keys() - reached:
            return [f"Tab does not leave {_name(now)}"] if len(wanted) > 1 else []
        while after is not None:
            reached.add(id(after))
            after = after.focusProxy()
        if not wanted.keys() - reached:
            break
    if before is not None:
        before.setFocus(Qt.FocusReason.OtherFocusReason)
    missed = [widget for key, widget in wanted.items() if key not in reached]
    return [f"{_name(widget)} cannot be reached with Tab" for widget in missed]


def _is_arrow_stop(widget: QWidget) -> bool:
    """One of a group that Tab enters once and the arrow keys move inside: not the chosen one."""
    if not isinstance(widget, QAbstractButton) or not widget.isCheckable():
        return False
    if widget.isChecked():
        return False
    return widget.autoExclusive() or widget.focusPolicy() == Qt.FocusPolicy.ClickFocus
