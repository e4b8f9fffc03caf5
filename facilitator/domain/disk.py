"""What the operating system complains of at a file, sorted; each place has its own sentence."""

from __future__ import annotations

import errno
from enum import Enum


class DiskFault(Enum):
    """What is wrong with a file, its folder or its disk."""

    FULL = "full"
    #: it may not be written, or not even read
    CLOSED = "closed"
    #: another program holds it
    BUSY = "busy"
    MISSING = "missing"
    #: a folder stands where a file should
    FOLDER = "folder"
    #: a file stands where a folder should
    NO_FOLDER = "no folder"
    #: no file can have that name here
    NAME = "name"
    OTHER = "other"


_KINDS = {
    DiskFault.FULL: (errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
    DiskFault.CLOSED: (errno.EROFS, errno.EACCES, errno.EPERM),
    DiskFault.BUSY: (errno.EBUSY, errno.ETXTBSY),
    DiskFault.MISSING: (errno.ENOENT,),
    DiskFault.FOLDER: (errno.EISDIR,),
    DiskFault.NO_FOLDER: (errno.ENOTDIR,),
    DiskFault.NAME: (errno.ENAMETOOLONG, errno.EINVAL),
}
_BY_NUMBER = {number: kind for kind, numbers in _KINDS.items() for number in numbers}


def fault_of(problem: OSError) -> DiskFault:
    """What an error of the operating system means."""
    return _BY_NUMBER.get(problem.errno or 0, DiskFault.OTHER)
