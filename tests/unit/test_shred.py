"""Files that leave nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

from facilitator.store.shred import cover, shred, write_over

SECRET = b"Ada Larkin " * 300_000


def test_what_was_in_a_file_is_written_over_before_it_goes(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(SECRET)
    # another name of the same bytes on the disk shows what became of them
    os.link(path, other)
    with other.open("rb", buffering=0) as still_open:
        shred(path)
        assert not path.exists()
        assert still_open.read() == b""


def test_what_is_written_over_is_nothing_but_noughts(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(SECRET)
    path.chmod(0o400)
    place = path.stat().st_ino
    cover(path)
    assert path.read_bytes() == bytes(len(SECRET))
    assert path.stat().st_ino == place, "the same place on the disk"
    write_over(path)
    assert path.read_bytes() == b""


def test_a_folder_goes_with_all_below_it_and_links_are_not_followed(tmp_path: Path) -> None:
    kept, folder = tmp_path / "kept", tmp_path / "folder"
    kept.write_bytes(b"kept")
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "file").write_bytes(b"gone")
    (folder / "file").write_bytes(b"")
    (folder / "file").chmod(0o400)
    (folder / "link").symlink_to(kept)
    shred(folder)
    assert list(tmp_path.iterdir()) == [kept]
    assert kept.read_bytes() == b"kept"
    shred(folder)
