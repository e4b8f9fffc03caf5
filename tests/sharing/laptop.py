"""A laptop of the storm, as its tests hold it: a desk process, its line to each hub, its end."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.sharing.proxy import Line

Words = dict[str, Any]


@dataclass
class Laptop:
    """One laptop. `port` is where its server would listen were it the hub; `lines` are its lines to
    those of the others, by their names."""

    name: str
    role: str
    folder: Path
    port: int
    keeper: float = 0.5
    lines: dict[str, Line] = field(default_factory=dict)
    #: ports of others' servers, and of this laptop's lines to them
    route: Mapping[int, int] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    #: what it was asked and has not answered
    asked: Words | None = None
    since: float = 0.0
    is_stopped: bool = False
    kills: int = 0
    _answers: queue.SimpleQueue[Words | None] = field(default_factory=queue.SimpleQueue)
    _reader: threading.Thread | None = None

    # -- properties -----------------------------------------------------------------------------

    @property
    def local(self) -> Path:
        """Its copy of the event."""
        return self.folder / f"{self.name}.facilitator"

    @property
    def history(self) -> Path:
        """What it had acknowledged."""
        return self.folder / f"{self.name}.jsonl"

    @property
    def log(self) -> Path:
        """What it complained of."""
        return self.folder / f"{self.name}.log"

    @property
    def is_alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def is_idle(self) -> bool:
        """Whether it can be asked something now."""
        return self.is_alive and not self.is_stopped and self.asked is None

    # -- public ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Switch it on."""
        self.folder.mkdir(exist_ok=True)
        # Each laptop is a machine of its own, with settings of its own.
        home = self.folder / f"{self.name}.home"
        names = {"FACILITATOR_MACHINE": self.name, "FACILITATOR_HOME": str(home)}
        words = [sys.executable, "-m", "tests.sharing.desk_process", self.local, self.history]
        words += ["--keeper", str(self.keeper), "--route", json.dumps(dict(self.route))]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, env={**os.environ, **names},
            )  # fmt: skip
        self._answers = queue.SimpleQueue()
        assert self.process.stdout is not None
        self._reader = threading.Thread(
            target=_read, args=(self.process.stdout, self._answers), daemon=True
        )
        self._reader.start()
        self.asked, self.is_stopped = None, False

    def ask(self, op: str, **words: Any) -> None:
        """Ask something; `answer` or `wait` has what it says."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.asked, self.since = {"op": op, **words}, time.monotonic()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(self.asked).encode() + b"\n")
            self.process.stdin.flush()

    def answer(self) -> Words | None:
        """Its answer, where there is one by now."""
        try:
            found = self._answers.get_nowait()
        except queue.Empty:
            return None
        self.asked = None
        return found

    def wait(self, seconds: float) -> Words | None:
        """Its answer; None where it died or none came in time."""
        try:
            found = self._answers.get(timeout=seconds)
        except queue.Empty:
            return None
        self.asked = None
        return found

    def call(self, op: str, seconds: float = 60.0, **words: Any) -> Words:
        """Ask something and wait for the answer. AssertionError where it does not go well."""
        self.ask(op, **words)
        answer = self.wait(seconds)
        assert answer is not None, f"{self.name} did not answer {op}: {self.complaints()}"
        assert answer["outcome"] not in ("refused", "failed", "bug"), answer["why"]
        return answer

    def complaints(self) -> str:
        """The end of what it complained of."""
        return self.log.read_text("utf-8", "replace")[-8000:] if self.log.exists() else ""

    def hangs(self) -> str:
        """What it is doing, where it does not answer: the stacks of its threads."""
        if self.is_alive and hasattr(signal, "SIGUSR1"):
            assert self.process is not None
            self.process.send_signal(signal.SIGUSR1)
            time.sleep(1.0)
        return f"{self.name} hangs in {self.asked}: {self.complaints()}"

    def kill(self) -> None:
        """Power cut."""
        if self.process is not None:
            self.process.kill()
            self._gone()
            self.kills += 1

    def stop(self) -> None:
        """The lid is closed: everything freezes, wherever it is."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        self.is_stopped = True

    def go_on(self) -> None:
        """The lid is opened."""
        if self.process is not None and self.is_stopped:
            self.process.send_signal(signal.SIGCONT)
        self.is_stopped = False

    def say_goodbye(self) -> None:
        """Ask it to end; `quit` waits for that."""
        self.go_on()
        if self.is_alive:
            self.ask("quit")

    def quit(self) -> None:
        """Switch it off as one should."""
        if self.asked != {"op": "quit"}:
            self.say_goodbye()
        if self.is_alive:
            assert self.process is not None
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._gone()

    # -- internal -------------------------------------------------------------------------------

    def _gone(self) -> None:
        if self.process is None:
            return
        self.process.wait(10)
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        if self._reader is not None:
            self._reader.join(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.asked, self.is_stopped = None, False


def _read(lines: IO[bytes], answers: queue.SimpleQueue[Words | None]) -> None:
    for line in lines:
        if line.endswith(b"\n"):  # what was cut off by a kill is no answer
            answers.put(json.loads(line))
    answers.put(None)
