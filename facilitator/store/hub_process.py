"""The processes of a hub's PostgreSQL: which are ours, waking them, ending them."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from facilitator.store.hub_binaries import run_tool

#: Seconds that a server has for each way of ending.
PATIENCE = 8.0


def server_of(data: Path, pid_file: Sequence[str]) -> psutil.Process | None:
    """The server of a data folder by the lines of its `postmaster.pid`; None where it is gone.

    The number alone says nothing: after a power cut another process has it.
    """
    try:
        process = psutil.Process(int(pid_file[0]))
        return process if alive(process) and _stands_in(process, data) else None
    except (IndexError, ValueError, psutil.NoSuchProcess):
        return None


def left_behind(data: Path) -> list[psutil.Process]:
    """Processes of a server whose head was killed; they would keep the next one from starting."""
    return [process for process in psutil.process_iter() if _is_left(process, data)]


def _is_left(process: psutil.Process, data: Path) -> bool:
    try:
        return _named(process) and alive(process) and Path(process.cwd()).samefile(data)
    except (psutil.Error, OSError):
        return False


def _named(process: psutil.Process) -> bool:
    return process.name().lower().startswith(("postgres", "postmaster"))


def _stands_in(process: psutil.Process, data: Path) -> bool:
    """Every process of a server has its data folder as the working folder."""
    try:
        return _named(process) and Path(process.cwd()).resolve() == data.resolve()
    except psutil.AccessDenied:
        return True  # a PostgreSQL that somebody else started here, and that we may not look at


def alive(process: psutil.Process) -> bool:
    """Whether a process still runs; one that only waits to be collected does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def with_children(process: psutil.Process) -> list[psutil.Process]:
    """A server's process and those that it started."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return [process]


def wake(processes: Sequence[psutil.Process]) -> None:
    """Let frozen ones go on: a stopped process hears nothing. Nothing happens to the others."""
    for process in processes:
        try:
            # not asked first: one that is just being frozen does not say so yet
            process.resume()
        except psutil.Error:
            continue


def end_server(process: psutil.Process, data: Path, pg_ctl: str) -> bool:
    """End a server with all its processes; returns whether it is gone.

    First it ends all connections and writes everything; one that does not do so in time ends at
    once, and recovers when it starts again; at last its processes are killed. `pg_ctl` is for
    Windows, which has no signals.
    """
    family = with_children(process)
    wake(family)
    for mode in ("fast", "immediate"):
        if sys.platform == "win32":
            command = [pg_ctl, "stop", "-D", ".", "-s", "-w", "-m", mode, "-t", f"{PATIENCE:.0f}"]
            run_tool(command, cwd=data, timeout=PATIENCE + 5)
        else:
            _tell(process, signal.SIGINT if mode == "fast" else signal.SIGQUIT)
        if wait_until(lambda: not alive(process), PATIENCE):
            break
    return kill([*family, *left_behind(data)])


def kill(processes: Sequence[psutil.Process]) -> bool:
    """End processes at once; returns whether all are gone."""
    for process in processes:
        if alive(process):
            _tell(process, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    return wait_until(lambda: not any(alive(process) for process in processes), PATIENCE)


def _tell(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.Error:
        return


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait for something to become true, at most so long; returns whether it did."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
