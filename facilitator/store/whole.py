"""Files that are there in whole or not at all."""

from __future__ import annotations

import glob
import os
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path

from facilitator.domain.errors import Refused
from facilitator.store.trouble import shown_path

#: whoever writes a small file is done with it after so many seconds
_STALE = 60.0


def name_in_whole(draft: Path, path: Path) -> None:
    """Give a finished draft its name. Refused, with the draft as it was, where something is there.

    Linked and not renamed, because a rename would replace what came there meanwhile; the draft
    stays for its maker to remove.
    """
    try:
        os.link(draft, path)
    except FileExistsError:
        raise Refused(f"{shown_path(path)} exists already.", "It was not changed.") from None
    except OSError:  # a file system without hard links
        draft.rename(path)


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner may read (0600). Two may write it at one moment: one of
    them stands, whole."""
    _sweep(path)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sweep(path: Path) -> None:
    """What a kill left behind of an earlier writing."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        with suppress(OSError):  # another sweeps, too
            if time.time() - part.stat().st_mtime > _STALE:
                part.unlink()
