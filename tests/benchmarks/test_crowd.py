"""The load test works; `python -m tests.benchmarks.crowd` measures."""

from pathlib import Path

from tests.benchmarks.crowd.__main__ import ROOT, tell
from tests.benchmarks.crowd.people import load
from tests.benchmarks.crowd.sides import Side


def test_people_label_through_the_web_server_of_make_run(tmp_path: Path) -> None:
    side = Side(ROOT, tmp_path, first_id=100, tiles=100, people=2)
    try:
        side.open()
        made = load(side, 2, 1.0, pictures=True)
        assert (made.refused, side.ask("statements") <= 15) == ([], True)
    finally:
        side.close()
    assert min(map(len, made.took.values())) > 0
    assert len(list(tell("this", 2, [made]))) == 4
