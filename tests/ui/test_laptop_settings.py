"""What the laptop remembers survives a crash, a bad file and a folder that cannot be written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ui.settings import MOST_RECENT, LaptopSettings, RecentEvent, default_path, without_password


def test_they_are_read_again(tmp_path: Path) -> None:
    first = LaptopSettings(tmp_path / "deep" / "settings.json")
    first.set(desk="Desk 2", theme="dark", sounds=False, room_screen="HDMI-1", room_open=True)
    first.remember(RecentEvent("/events/a.facilitator", "A", "2026-11-18", expected=118))
    again = LaptopSettings(first.path)
    assert (again.desk, again.theme, again.sounds) == ("Desk 2", "dark", False)
    assert (again.room_screen, again.room_open) == ("HDMI-1", True)
    assert again.recent == [RecentEvent("/events/a.facilitator", "A", "2026-11-18", expected=118)]
    assert again.last == "/events/a.facilitator"
    assert [entry.name for entry in first.path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"desk": 4, "recent": [1, {"name": "x"}]}', "\x00\xff"]
)
def test_a_bad_file_counts_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content, "latin-1")
    kept = LaptopSettings(path)
    assert kept.desk == "Desk 1"
    assert kept.recent == []


def test_the_newest_event_is_first_and_old_ones_go(tmp_path: Path) -> None:
    kept = LaptopSettings(tmp_path / "settings.json")
    for number in range(MOST_RECENT + 3):
        kept.remember(RecentEvent(f"/e/{number}", f"Event {number}"))
    kept.remember(RecentEvent("/e/9", "Event 9, renamed"))
    assert len(kept.recent) == MOST_RECENT
    assert kept.recent[0].name == "Event 9, renamed"
    assert len({one.location for one in kept.recent}) == MOST_RECENT
    kept.forget("/e/9")
    assert kept.last == ""
    assert "/e/9" not in {one.location for one in kept.recent}


def test_a_password_is_not_kept(tmp_path: Path) -> None:
    url = "postgresql+psycopg://desk:geheim@server/summit"
    assert without_password(url) == "postgresql+psycopg://desk@server/summit"
    kept = LaptopSettings(tmp_path / "settings.json")
    kept.remember(RecentEvent(url, "Summit"))
    assert "geheim" not in json.dumps(kept.path.read_text("utf-8"))


def test_a_place_that_cannot_be_written_only_forgets(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    kept = LaptopSettings(tmp_path / "file" / "settings.json")
    kept.set(desk="Desk 3")
    assert kept.desk == "Desk 3"
    assert LaptopSettings(kept.path).desk == "Desk 1"


def test_the_place_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACILITATOR_SETTINGS", str(tmp_path / "here.json"))
    assert default_path() == tmp_path / "here.json"
    monkeypatch.delenv("FACILITATOR_SETTINGS")
    assert default_path().name == "settings.json"


def test_the_printer_for_badges_is_remembered_and_a_wrong_rule_counts_as_none(
    tmp_path: Path,
) -> None:
    first = LaptopSettings(tmp_path / "settings.json")
    assert (first.badge_printer, first.badge_paper, first.badge_when) == ("", "", "first")
    first.set(badge_printer="Zebra", badge_paper="zebra4x3", badge_when="always")
    mark = first.laptop
    again = LaptopSettings(first.path)
    assert (again.badge_printer, again.badge_paper, again.badge_when) == (
        "Zebra", "zebra4x3", "always",
    )  # fmt: skip
    assert again.laptop == mark
    assert LaptopSettings(tmp_path / "other.json").laptop != mark
    again.set(badge_when="sometimes")
    assert again.badge_when == "first"
