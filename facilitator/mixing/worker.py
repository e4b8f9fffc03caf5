"""The engine's own process: jobs in by standard input, progress and plans out by standard output.

Started as `python -m facilitator.mixing.worker` by `MixingProcess`; it imports the engine alone.
Each message is a pickled tuple behind its length in eight bytes.
"""

from __future__ import annotations

import os
import pickle
import queue
import struct
import sys
import threading
from typing import Any, BinaryIO

from facilitator.domain.errors import Trouble
from facilitator.mixing.engine import Solution, solve

_LENGTH = struct.Struct(">Q")


def send(stream: BinaryIO, message: tuple[Any, ...]) -> None:
    """Write one message."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[Any, ...] | None:
    """Read one message; None at the end of the stream. The stream is our own other end."""
    head = _read(stream, _LENGTH.size)
    if head is None:
        return None
    data = _read(stream, _LENGTH.unpack(head)[0])
    return None if data is None else pickle.loads(data)  # noqa: S301


def _read(stream: BinaryIO, size: int) -> bytes | None:
    parts = b""
    while len(parts) < size:
        part = stream.read(size - len(parts))
        if not part:
            return None
        parts += part
    return parts


def main() -> None:
    """Serve jobs until the other end closes."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # nothing that prints may disturb the messages
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    jobs: queue.SimpleQueue[tuple[int, dict[str, Any]] | None] = queue.SimpleQueue()
    ended: set[int] = set()

    def listen() -> None:
        while True:
            message = receive(source)
            if message is None:
                # nobody is there to hear an answer: leave at once, even in the midst of a job
                os._exit(0)
            kind, number, *rest = message
            if kind == "start":
                jobs.put((number, rest[0]))
            elif kind == "stop":
                ended.add(number)

    threading.Thread(target=listen, daemon=True).start()
    send(sink, ("ready", 0))
    while True:
        job = jobs.get()
        if job is None:
            return
        number, asked = job

        def tell(solution: Solution, number: int = number) -> None:
            send(sink, ("progress", number, solution))

        def over(number: int = number) -> bool:
            return number in ended

        try:
            solution = solve(progress=tell, stop=over, **asked)
        except Trouble as trouble:
            send(sink, ("failed", number, str(trouble)))
        except Exception as error:  # a bug in the engine is told, and does not end the process
            words = (
                f"The mixing went wrong ({type(error).__name__}: {error}). "
                "Nothing was changed. Please report this."
            )
            send(sink, ("failed", number, words))
        else:
            send(sink, ("done", number, solution))
        ended.discard(number)


if __name__ == "__main__":
    main()
