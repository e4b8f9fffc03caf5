"""Everything that `docs/scale.md` tells, in one run, one part after another.

Run by hand: python -m tests.benchmarks.sharing_scale
"""

from __future__ import annotations

import platform
import sys
from importlib import import_module

PARTS = ("desks", "seen", "changes", "times", "admissions")


def main() -> None:
    """Print all tables."""
    sys.argv[1:] = []
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    for part in PARTS:
        # Laptops are processes that import this module too: not before it is needed.
        import_module(f"tests.benchmarks.sharing_{part}").main()


if __name__ == "__main__":
    main()
