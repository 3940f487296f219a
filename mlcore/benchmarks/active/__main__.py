"""The command: `python -m mlcore.benchmarks active --sets statlog --strategies random,auto --seeds 5`."""

import argparse
import json
import sys
import time
from pathlib import Path

from mlcore.benchmarks.active import peers, picture, report, speed
from mlcore.benchmarks.active.own_features import read_task
from mlcore.benchmarks.active.report.verdicts import SEEDS_OF_A_CLAIM
from mlcore.benchmarks.active.runs import Settings, known, run_all
from mlcore.benchmarks.active.tasks import AMOUNTS, TASKS, ActiveTask, load_task
from mlcore.benchmarks.datasets import DataAbsent, data_root, own
from mlcore.benchmarks.store import Store
from mlcore.errors import MLCoreError
from mlcore.query import get_strategy

_STORE = Path("var/benchmarks")
_OURS = ("margin", "badge", "typiclust", "max_herding", "ensemble_spread", "auto")
_BUDGET = 300
_OF_AMOUNTS = {"sets": ",".join(AMOUNTS), "strategies": "auto", "budget": 200, "batch": 25}


def main(arguments: list[str] | None = None) -> int:
    """Run simulated annotators and print what each strategy saves; return 2 when nothing could be measured."""
    options = _options(arguments)
    if options.speed:
        return _speed(options)
    if options.promises:
        print(report.text_of_decisions())
        return 0
    try:
        strategies = _strategies(options.strategies)
        tasks = _tasks(options)
    except MLCoreError as error:
        print(error, file=sys.stderr)
        return 2
    if not tasks:
        return 2
    settings = _settings(options, strategies)
    progress = _Progress(len(tasks) * settings.seeds)
    curves = known(tasks, settings) if options.known else run_all(tasks, settings, progress)
    if not curves:
        return 2
    missing = settings.count(tasks) - len(curves)
    remarks = [f"{missing} runs weren't measured: run the command again to go on."] if missing else []
    if settings.seeds < SEEDS_OF_A_CLAIM:
        remarks.append(f"{settings.seeds} seeds: enough to look, too few for a claim ({SEEDS_OF_A_CLAIM}).")
    if settings.peer_seeds < settings.seeds and any(peers.is_peer(curve.strategy) for curve in curves):
        remarks.append(f"Other libraries ran on the first {settings.peer_seeds} seeds, and are compared on those.")
    print(report.text(curves, remarks))
    if options.json:
        _write(options.json, json.dumps(report.as_json(curves)))
    if options.markdown:
        _write(options.markdown, report.text(curves, remarks, picture=options.markdown.with_suffix(".svg").name))
        picture.write_svg(curves, options.markdown.with_suffix(".svg"))
    return 0


def _speed(options: argparse.Namespace) -> int:
    timings = speed.measure(most=options.largest, progress=lambda line: print(line, flush=True))
    if options.json:
        _write(options.json, json.dumps([line.to_dict() for line in timings], indent=1))
    return 0


def _strategies(text: str | None) -> list[str]:
    """Return random and what is asked for; by default ours, and those of other libraries that are installed.

    Raises:
        UnknownName: no such strategy.
        PeerAbsent: its library isn't installed.
    """
    installed = [name for name in peers.DISTINCT if peers.is_installed(name)]
    names = list(dict.fromkeys(["random", *(text.split(",") if text else [*_OURS, *installed])]))
    for name in names:
        if peers.is_peer(name):
            peers.get_peer(name)
        else:
            get_strategy(name)
    return names


def _settings(options: argparse.Namespace, strategies: list[str]) -> Settings:
    deadline = time.time() + 60 * options.minutes
    amount = (options.peer_seeds, options.budget, options.batch, options.threads, deadline)
    return Settings(strategies, options.seeds, options.store, *amount)


def _tasks(options: argparse.Namespace) -> list[ActiveTask]:
    if options.features:
        return [read_task(path, guard=options.guard) for path in options.features]
    root, store = options.data or data_root(), Store(options.store)
    if options.scene:
        return [load_task(own.name_of(options.scene, options.labels), root, store)]
    tasks = []
    for name in options.sets.split(","):
        try:
            tasks.append(load_task(name, root, store))
        except DataAbsent as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    return tasks


class _Progress:
    """Prints a line for each set and seed that was measured."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.started = total, 0, time.time()

    def __call__(self, task: str, seed: int, runs: int) -> None:
        self.done += 1
        if runs:
            minutes = (time.time() - self.started) / 60
            print(f"{self.done}/{self.total}  {task}, seed {seed}: {runs} runs, {minutes:.0f} min", file=sys.stderr)


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content + "\n")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mlcore.benchmarks active")
    parser.add_argument(
        "--sets",
        help=f"comma-separated, of {', '.join(TASKS)}; `enmap@ours` has the features of a row of the other benchmark",
    )
    parser.add_argument(
        "--features", type=Path, action="append", help="an .npz of x [N, d], y [N] and test, group or xy instead"
    )
    parser.add_argument("--guard", type=float, default=0.0, help="with --features: how far from a test xy to learn")
    parser.add_argument("--scene", action="append", metavar="FILE[=SENSOR]", help="your own data instead; repeatable")
    parser.add_argument("--labels", type=Path, help="with --scene: one band of class codes; 0 is not labelled")
    parser.add_argument("--data", type=Path, help="folder of the data sets; by default TERRASCRIBE_TEST_DATA")
    parser.add_argument(
        "--amounts", action="store_true", help=f"quantities instead of classes: {', '.join(AMOUNTS)}, fewer looks"
    )
    parser.add_argument("--strategies", help=f"comma-separated; or of others: {', '.join(peers.PEERS)}")
    parser.add_argument("--budget", type=int, help=f"labels at most; by default {_BUDGET}")
    parser.add_argument("--batch", type=int, help="labels a batch; by default it grows as annotators work")
    parser.add_argument("--seeds", type=int, default=SEEDS_OF_A_CLAIM, help="runs of each strategy, paired")
    parser.add_argument("--peer-seeds", type=int, default=5, help="runs of each strategy of another library")
    parser.add_argument("--threads", type=int, default=2, help="processes of one thread each")
    parser.add_argument("--minutes", type=float, default=55, help="after which no run is begun; the rest another time")
    parser.add_argument("--known", action="store_true", help="measure nothing: report what was measured before")
    parser.add_argument("--store", type=Path, default=_STORE, help="folder of what was measured before")
    parser.add_argument("--json", type=Path, help="write curves and figures to this file")
    parser.add_argument("--markdown", type=Path, help="write the report to this file, and its picture beside it")
    parser.add_argument("--speed", action="store_true", help="measure how fast strategies choose instead")
    parser.add_argument("--promises", action="store_true", help="simulate promises in made worlds, and nothing else")
    parser.add_argument("--largest", type=int, default=1_000_000, help="with --speed: vectors of the largest pool")
    options = parser.parse_args(arguments)
    defaults = _OF_AMOUNTS if options.amounts else {"sets": ",".join(TASKS), "budget": _BUDGET}
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    if bool(options.scene) != bool(options.labels):
        parser.error("--scene and --labels go together")
    return options


if __name__ == "__main__":
    sys.exit(main())
