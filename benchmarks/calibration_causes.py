"""How often does the guard of causes name one where there is none, and does it find one that is there?

The shops are those that its test draws a few of, `tests/quiet_shops.py`: nothing happens to their customers but chance.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from quiet_shops import named

LOST = 0.08
"""Share of one channel's orders that is not paid, where something is wrong."""


def main(shops: int = 1000) -> None:
    rng = np.random.default_rng(20250311)
    began = time.perf_counter()
    quiet = [named(rng) for _ in range(shops)]
    broken = [named(rng, lost=LOST) for _ in range(shops // 10)]
    print(f"{shops:,} quiet shops of 4,000 customers, and {len(broken):,} with a cause; "
          f"{time.perf_counter() - began:.0f} s")  # fmt: skip
    lines = [
        ("a cause is named though there is none", float(np.mean([bool(found) for found in quiet])), "up to 10 %"),
        ("a cause that is there is named first",
         float(np.mean([found[:1] == [("app", "payment_rate")] for found in broken])), "the more the better"),
    ]  # fmt: skip
    for words, value, wanted in lines:
        print(f"{words:<58} {value:>7.2%}   {wanted}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
