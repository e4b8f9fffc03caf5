"""The engine in a process of its own, kept warm, so that the window never stutters."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from facilitator.mixing.engine import Solution
from facilitator.mixing.plan import Plan
from facilitator.mixing.problem import Problem
from facilitator.mixing.worker import receive, send

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class _Job:
    number: int
    on_progress: Callable[[Solution], None]
    on_done: Callable[[Solution], None]
    on_failed: Callable[[str], None]


class MixingProcess:
    """Runs one mixing at a time beside the program.

    The callbacks are called on a thread of this object's own; a window passes them on as queued
    signals. After `start` exactly one of `on_done` and `on_failed` is called, unless `cancel`,
    another `start` or `close` comes first.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._job: _Job | None = None
        self._number = 0

    @property
    def running(self) -> bool:
        """Whether a mixing is under way."""
        return self._job is not None

    @property
    def pid(self) -> int | None:
        """The process's number, while there is one."""
        return None if self._process is None else self._process.pid

    def kill(self) -> None:
        """End the process at once, as a crash would; a mixing under way fails in words."""
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def warm(self) -> None:
        """Start the process ahead of the first mixing."""
        with self._lock:
            self._ensure()

    def start(
        self,
        problem: Problem,
        *,
        seconds: float | None = None,
        work: int | None = None,
        seed: int = 0,
        told: Plan | None = None,
        on_progress: Callable[[Solution], None],
        on_done: Callable[[Solution], None],
        on_failed: Callable[[str], None],
    ) -> None:
        """Begin to mix; a mixing that is under way is given up.

        In:
            see `engine.solve`. on_failed: is given a sentence to show.
        """
        asked = {
            "problem": problem,
            "seconds": seconds,
            "work": work,
            "seed": seed,
            "told": told,
        }
        with self._lock:
            earlier = self._job
            self._number += 1
            self._job = _Job(self._number, on_progress, on_done, on_failed)
            sink = self._ensure()
            try:
                if earlier is not None:
                    send(sink, ("stop", earlier.number))
                send(sink, ("start", self._number, asked))
            except OSError:
                # it died while it was idle: once more with a new one
                self._discard()
                send(self._ensure(), ("start", self._number, asked))

    def stop(self) -> None:
        """End the mixing with the best so far, which comes by `on_done`."""
        with self._lock:
            self._tell_stop()

    def cancel(self) -> None:
        """Give the mixing up; none of its callbacks is called any more."""
        with self._lock:
            self._tell_stop()
            self._job = None

    def close(self) -> None:
        """End the process and wait until it has gone."""
        with self._lock:
            self._job = None
            reader = self._reader
            self._discard()
        if reader is not None and reader is not threading.current_thread():
            reader.join()

    # internal

    def _tell_stop(self) -> None:
        if self._job is None or self._process is None:
            return
        try:
            send(cast("BinaryIO", self._process.stdin), ("stop", self._job.number))
        except OSError:
            # it has gone: the reader says so
            pass

    def _ensure(self) -> BinaryIO:
        """The way into a living process."""
        if self._process is not None and self._process.poll() is not None:
            self._discard()
        if self._process is None:
            paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
            self._process = subprocess.Popen(
                [sys.executable, "-m", "facilitator.mixing.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)},
            )
            self._reader = threading.Thread(
                target=self._read, args=(self._process,), name="mixing", daemon=True
            )
            self._reader.start()
        return cast("BinaryIO", self._process.stdin)

    def _discard(self) -> None:
        process, self._process, self._reader = self._process, None, None
        if process is None:
            return
        process.kill()
        try:
            cast("BinaryIO", process.stdin).close()
        except OSError:
            pass
        process.wait()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Pass on what one process says until it ends."""
        source = cast("BinaryIO", process.stdout)
        while True:
            try:
                message = receive(source)
            except (OSError, ValueError, EOFError):
                message = None
            if message is None:
                break
            self._pass_on(message)
        source.close()
        code = process.wait()
        with self._lock:
            if self._process is not process:
                return
            job, self._job = self._job, None
            self._discard()
        if job is not None:
            job.on_failed(
                f"The mixing stopped by itself (exit code {code}). Nothing was changed; mix again."
            )

    def _pass_on(self, message: tuple[Any, ...]) -> None:
        kind, number, *rest = message
        with self._lock:
            job = self._job
            if job is None or job.number != number:
                return
            if kind in ("done", "failed"):
                self._job = None
        match kind:
            case "progress":
                job.on_progress(rest[0])
            case "done":
                job.on_done(rest[0])
            case _:
                job.on_failed(rest[0])
