"""Everything that `docs/scale.md` tells, in one run, one part after another.

Run by hand: python -m tests.benchmarks.sharing_scale [part ...]
"""

from __future__ import annotations

import platform
import subprocess
import sys

PARTS = ("seen", "changes", "times", "admissions", "desks")


def main() -> int:
    """Print all tables; the exit status says whether a part failed."""
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    failed = 0
    for part in sys.argv[1:] or PARTS:
        print(flush=True)
        words = [sys.executable, "-m", f"tests.benchmarks.sharing_{part}"]
        failed += subprocess.run(words, check=False).returncode != 0
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
