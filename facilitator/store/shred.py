"""Files that leave nothing behind: written over, then removed.

On a magnetic disk, and on most file systems, that is the end of what was in them. A solid-state
disk, a file system that copies on writing and a backup may keep old blocks that no program reaches:
whoever fears that encrypts the disk.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_PART = 1 << 20


def shred(path: Path) -> None:
    """Write over a file, or every file of a folder, and remove it. What is not there is done.

    Links are removed and not followed. Raises OSError where something cannot be removed.
    """
    try:
        state = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(state.st_mode):
        for one in list(path.iterdir()):
            shred(one)
        path.rmdir()
        return
    if stat.S_ISREG(state.st_mode):
        write_over(path)
    path.unlink()


def write_over(path: Path) -> None:
    """Write over all that a file holds and leave it empty, in its place. Raises OSError."""
    cover(path)
    with path.open("r+b", buffering=0) as file:
        file.truncate(0)
        os.fsync(file.fileno())


def cover(path: Path) -> None:
    """Write noughts over all that a file holds, on the disk when this returns. Raises OSError."""
    if not os.access(path, os.W_OK):
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    with path.open("r+b", buffering=0) as file:
        left = file.seek(0, os.SEEK_END)
        file.seek(0)
        while left > 0:
            left -= file.write(bytes(min(left, _PART)))
        os.fsync(file.fileno())


def settle_folder(folder: Path) -> None:
    """Let the disk know that files of a folder are gone, where a system knows such a thing."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
