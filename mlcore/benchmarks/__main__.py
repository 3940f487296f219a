"""Benchmarks: `python -m mlcore.benchmarks` `features`, `speed`, `active`, `choices`, `painting`, `clicks`, `words`."""

import argparse
import json
import sys
import warnings
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sklearn.exceptions import ConvergenceWarning

from mlcore.benchmarks import features, report, speed
from mlcore.benchmarks.active.__main__ import main as active
from mlcore.benchmarks.choices.__main__ import main as choices
from mlcore.benchmarks.clicks.__main__ import main as clicks
from mlcore.benchmarks.datasets import DATASETS, FOR_QUERIES, data_root, own
from mlcore.benchmarks.painting.__main__ import main as painting
from mlcore.benchmarks.plan import Amount
from mlcore.benchmarks.rows import ENCODER, ROWS
from mlcore.benchmarks.runner import Group
from mlcore.benchmarks.store import Record
from mlcore.benchmarks.words.__main__ import main as words
from mlcore.errors import MLCoreError

_STORE = Path("var/benchmarks")
_OWN_ROWS = ("raw", "pca-statistics", "image-statistics", "random-convolutions", "galileo", "statistics", "ours")


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark that is asked for; return 2 when nothing could be measured."""
    told = sys.argv[1:] if arguments is None else arguments
    if told[:1] == ["active"]:
        return active(told[1:])
    if told[:1] == ["choices"]:
        return choices(told[1:])
    if told[:1] == ["painting"]:
        return painting(told[1:])
    if told[:1] == ["clicks"]:
        return clicks(told[1:])
    if told[:1] == ["words"]:
        return words(told[1:])
    options = _options(told)
    warnings.simplefilter("ignore", ConvergenceWarning)
    try:
        return _speed(options) if options.benchmark == "speed" else _features(options)
    except MLCoreError as error:
        print(error, file=sys.stderr)
        return 2


def _features(options: argparse.Namespace) -> int:
    settings = _settings(options)
    planned = features.plan(settings)
    print(*planned.skipped, *planned.refused, sep="\n")
    count = sum(len(group.units) for group in planned.groups)
    known = features.recorded(planned, settings)
    print(
        f"{count} fits, {len(known)} of them known from {settings.store}; all would take about "
        f"{planned.seconds / 60 / settings.processes:.0f} minutes on {settings.processes} cores",
        flush=True,
    )
    if options.plan or not count:
        return 0 if count else 2
    records = known if options.known else features.run(planned, settings, progress=_Progress(len(planned.groups)))
    remarks = [*planned.skipped, *planned.refused]
    if len(records) < count:
        remarks.append(f"{count - len(records)} of {count} fits weren't measured: run the command again to go on")
        remarks += features.missing(planned, records)
    print(report.text(records, planned.sets))
    if options.json:
        _write(options.json, json.dumps(report.as_json(records, planned.sets)))
    if options.markdown:
        _write(options.markdown, report.markdown(records, planned.sets, remarks))
    return 0


def _speed(options: argparse.Namespace) -> int:
    measured = speed.measure(
        threads=options.threads, stream=options.tiles, progress=lambda line: print(line, flush=True)
    )
    print(speed.text(measured))
    if options.json:
        _write(options.json, json.dumps(measured.to_dict(), indent=1))
    return 0


def _settings(options: argparse.Namespace) -> features.Settings:
    sets, rows = (
        _listed(options.sets, [name for name in DATASETS if name not in FOR_QUERIES]),
        _listed(options.rows, ROWS),
    )
    if options.scene:
        sets = [own.name_of(options.scene, options.labels)]
        rows = rows if options.rows else list(_OWN_ROWS)
    rows = [*(rows if options.rows or not options.encoder else []), *(ENCODER + spec for spec in options.encoder or ())]
    amount = Amount(options.seeds, heads=tuple(options.head.split(",")) if options.head else ())
    if options.quick:
        sets = sets if options.sets or options.scene else ["indian-pines", "houston"]
        rows = rows if options.rows else ["raw", "pca-statistics", "statistics", "ours"]
        amount = replace(amount, seeds=min(options.seeds, 3), splits=("block",), budgets=(20,), checks=False)
    return features.Settings(options.data or data_root(), options.store, sets, rows, amount, options.threads)


def _listed(text: str | None, known: Iterable[str]) -> list[str]:
    return text.split(",") if text else list(known)


class _Progress:
    """Prints a line for each group of fits that is done."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0

    def __call__(self, group: Group, records: list[Record]) -> None:
        self.done += 1
        seconds = sum(record["seconds"] for record in records)
        print(f"{self.done}/{self.total}  {group.dataset} {group.view}: {group.row}, {seconds:.0f} s", flush=True)


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mlcore.benchmarks")
    parser.add_argument(
        "benchmark",
        choices=["features", "speed", "active", "choices", "painting", "words"],
        help="what few labels are worth, how fast; with options of their own: which labels to ask for, which head or "
        "encoder to choose, painting, words",
    )
    parser.add_argument("--scene", action="append", metavar="FILE[=SENSOR]", help="your own data instead; repeatable")
    parser.add_argument("--labels", type=Path, help="with --scene: one band of class codes; 0 is not labelled")
    parser.add_argument("--data", type=Path, help="folder of the data sets; by default TERRASCRIBE_TEST_DATA")
    parser.add_argument("--sets", help=f"comma-separated, of {', '.join(DATASETS)}")
    parser.add_argument("--rows", help=f"comma-separated, of {', '.join(ROWS)}")
    parser.add_argument("--encoder", action="append", help="a row of its own for any encoder by its spec; repeatable")
    parser.add_argument("--head", help="comma-separated, instead of the heads that each row has")
    parser.add_argument("--seeds", type=int, default=5, help="splits to average over; twice as many for bars")
    parser.add_argument("--quick", action="store_true", help="a minute or two: two sets, blocked, 20 a class, 3 seeds")
    parser.add_argument("--threads", type=int, default=2, help="processes of one thread each")
    parser.add_argument("--tiles", type=int, default=100_000, help="speed: how many tiles memory is watched over")
    parser.add_argument("--plan", action="store_true", help="say what would be measured and how long it takes")
    parser.add_argument("--known", action="store_true", help="measure nothing: report what was measured before")
    parser.add_argument("--store", type=Path, default=_STORE, help="folder of what was measured before")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    parser.add_argument("--markdown", type=Path, help="write the report to this file")
    options = parser.parse_args(arguments)
    if bool(options.scene) != bool(options.labels):
        parser.error("--scene and --labels go together")
    return options


if __name__ == "__main__":
    sys.exit(main())
