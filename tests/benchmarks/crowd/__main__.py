"""python -m tests.benchmarks.crowd [--people 1 50] [--tiles N] [--pictures] [--beside FOLDER].

People claim and answer without pause, over HTTP with sessions, at the web server that `make run` starts, in a project
of 100,000 tiles, while rounds land. Two checkouts take turns in one run, so that whatever else the machine does slows
both alike; processor time tells more than seconds where the machine is shared.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.benchmarks.crowd.people import KINDS, Load, load
from tests.benchmarks.crowd.sides import Side

ROOT = Path(__file__).resolve().parents[3]


def measure(sides: list[Side], asked: argparse.Namespace) -> dict[tuple[int, int], list[Load]]:
    """Return the loads of each side, by side and number of people; the sides take turns."""
    loads: dict[tuple[int, int], list[Load]] = {}
    for people in asked.people:
        for turn in range(asked.turns):
            for at in range(len(sides)):
                number = (at + turn) % len(sides)  # nobody is always first
                if turn == 0:
                    load(sides[number], people, 2.0, pictures=asked.pictures)  # warm
                loads.setdefault((number, people), []).append(
                    load(sides[number], people, asked.seconds, pictures=asked.pictures)
                )
    return loads


def tell(name: str, people: int, loads: list[Load]) -> Iterator[str]:
    """Write what came out."""
    requests, seconds = sum(each.requests for each in loads), sum(each.seconds for each in loads)
    used = {part: 1000 * sum(each.processor[part] for each in loads) / max(requests, 1) for part in ("web", "database")}
    refused = [line for each in loads for line in each.refused]
    yield (
        f"{name:>7}, {people:2} people: {requests / seconds:6.1f} claims and answers a second, processor ms each: "
        f"web {used['web']:.2f}, database {used['database']:.2f}; {len(refused)} refused {refused[:1] or ''}"
    )
    for kind in KINDS:
        if took := [one for each in loads for one in each.took[kind]]:
            p50, p95 = np.quantile(took, [0.5, 0.95])
            yield f"{'':>20} {kind:>9}: p50 {p50:7.1f}, p95 {p95:7.1f} ms ({len(took)})"


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[1, 50])
    parser.add_argument("--tiles", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="of one turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--pictures", action="store_true", help="load the picture of each new tile, as the page does")
    parser.add_argument("--beside", type=Path, help="another checkout, whose code is measured in turn with this one's")
    asked = parser.parse_args()
    checkouts = [ROOT, *([asked.beside.resolve()] if asked.beside else [])]
    most = max(asked.people)
    with tempfile.TemporaryDirectory() as folder:
        sides = [
            Side(path, Path(folder, str(number)), first_id=100 * number, tiles=asked.tiles, people=most)
            for number, path in enumerate(checkouts, start=1)
        ]
        try:
            for side in sides:
                side.open()
            loads = measure(sides, asked)
            statements = [side.ask("statements") for side in sides]
        finally:
            for side in sides:
                side.close()
    names = ["this", "beside"][: len(sides)]
    for (number, people), each in sorted(loads.items(), key=lambda item: (item[0][1], item[0][0])):
        print("\n".join(tell(names[number], people, each)))
    print(", ".join(f"{name}: {count} statements a label" for name, count in zip(names, statements, strict=True)))


if __name__ == "__main__":
    main()
