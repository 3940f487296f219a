"""Reports of people in Haiti after the earthquake of 2010 (Ushahidi), with places and categories."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.benchmarks.datasets import DataAbsent

_FILE = "haiti_ushahidi/haiti_scrubbed.csv"
_LEAST = 40  # reports of a category
_CELL_DEGREES = 0.05


@dataclass(frozen=True)
class Reports:
    """Words, which categories each has, and on which colour of a checkerboard it was written."""

    texts: list[str]
    categories: list[str]
    has: NDArray[np.bool_]  # [N, categories]
    is_odd: NDArray[np.bool_]  # [N]


def load(root: Path) -> Reports:
    """Read them; of those with the same words the first alone is kept.

    Raises:
        DataAbsent: the file is not below `root`.
    """
    path = root / _FILE
    if not path.is_file():
        raise DataAbsent(f"{path} is absent.")
    with path.open(encoding="utf-8") as file:
        rows = list(
            {" ".join(row["title"].casefold().split()): row for row in reversed(list(csv.DictReader(file)))}.values()
        )
    told = [{code.strip() for code in row["category_codes"].split(";") if code.strip()} for row in rows]
    counts = Counter(code for codes in told for code in codes)
    categories = sorted(code for code, count in counts.items() if count >= _LEAST)
    cells = np.floor(np.array([(float(row["lon"]), float(row["lat"])) for row in rows]) / _CELL_DEGREES)
    has = np.array([[category in codes for category in categories] for codes in told])
    return Reports([row["title"] for row in rows], categories, has, cells.sum(1) % 2 == 1)
