"""The command: `python -m mlcore.benchmarks active --sets statlog --strategies random,auto --seeds 5`."""

import argparse
import json
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from mlcore.benchmarks.active import report
from mlcore.benchmarks.active.annotator import Curve, run
from mlcore.benchmarks.active.tasks import TASKS, ActiveTask, load_task, read_task
from mlcore.benchmarks.datasets import DataAbsent, data_root, own
from mlcore.errors import MLCoreError
from mlcore.query import get_strategy

_STRATEGIES = "random,margin,badge,max_herding,auto"
_SEEDS_OF_A_CLAIM = 20


def main(arguments: list[str] | None = None) -> int:
    """Run simulated annotators and print what each strategy saves; return 2 when nothing could be measured."""
    options = _options(arguments)
    try:
        strategies = options.strategies.split(",")
        for name in strategies:
            get_strategy(name)
        tasks = _tasks(options)
    except MLCoreError as error:
        print(error, file=sys.stderr)
        return 2
    if not tasks:
        return 2
    curves = _curves(tasks, strategies, options)
    print(report.text(curves))
    if options.seeds < _SEEDS_OF_A_CLAIM:
        print(f"\n{options.seeds} seeds: enough to look, too few for a claim ({_SEEDS_OF_A_CLAIM}).")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report.as_json(curves), indent=1))
    return 0


def _tasks(options: argparse.Namespace) -> list[ActiveTask]:
    if options.features:
        return [read_task(path) for path in options.features]
    if options.scene:
        return [load_task(own.name_of(options.scene, options.labels), options.data or data_root())]
    found = []
    for name in options.sets.split(","):
        try:
            found.append(load_task(name, options.data or data_root()))
        except DataAbsent as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    return found


def _curves(tasks: list[ActiveTask], strategies: list[str], options: argparse.Namespace) -> list[Curve]:
    names = list(dict.fromkeys(["random", *strategies]))
    found = []
    for task in tasks:
        jobs = [(task, name, seed, options.budget, options.batch) for seed in range(options.seeds) for name in names]
        if options.threads > 1:
            with ProcessPoolExecutor(options.threads) as workers:
                found += list(workers.map(_run, jobs, chunksize=len(names)))
        else:
            found += [_run(job) for job in jobs]
        print(f"{task.name}: {len(jobs)} runs", file=sys.stderr, flush=True)
    return found


def _run(job: tuple[ActiveTask, str, int, int, int | None]) -> Curve:
    task, strategy, seed, budget, batch = job
    warnings.simplefilter("ignore", ConvergenceWarning)
    with threadpool_limits(1):
        return run(task, strategy, seed, budget=budget, batch=batch)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mlcore.benchmarks active")
    parser.add_argument("--sets", default="statlog,indian-pines", help=f"comma-separated, of {', '.join(TASKS)}")
    parser.add_argument(
        "--features", type=Path, action="append", help="an .npz of x [N, d], y [N] and test bool [N] instead"
    )
    parser.add_argument("--scene", action="append", metavar="FILE[=SENSOR]", help="your own data instead; repeatable")
    parser.add_argument("--labels", type=Path, help="with --scene: one band of class codes; 0 is not labelled")
    parser.add_argument("--data", type=Path, help="folder of the data sets; by default TERRASCRIBE_TEST_DATA")
    parser.add_argument("--strategies", default=_STRATEGIES, help="comma-separated; random is always run beside them")
    parser.add_argument("--budget", type=int, default=300, help="labels at most")
    parser.add_argument("--batch", type=int, help="labels a batch; by default it grows as annotators work")
    parser.add_argument("--seeds", type=int, default=5, help="runs of each strategy, paired")
    parser.add_argument("--threads", type=int, default=2, help="processes of one thread each")
    parser.add_argument("--json", type=Path, help="write every curve and figure to this file")
    options = parser.parse_args(arguments)
    if bool(options.scene) != bool(options.labels):
        parser.error("--scene and --labels go together")
    return options


if __name__ == "__main__":
    sys.exit(main())
