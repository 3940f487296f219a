"""Benchmarks of mlcore on published data: `python -m mlcore.benchmarks features`."""

import argparse
import json
import sys
import warnings
from pathlib import Path

import torch
from sklearn.exceptions import ConvergenceWarning

from mlcore.benchmarks import features, indian_pines
from mlcore.errors import MLCoreError
from mlcore.pretrain import Step

_TOLERATED_LOSS = 0.5  # points by which statistics alone may be ahead before it counts as losing to them


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark that is asked for; return 1 when ours misses its bar."""
    options = _options(arguments)
    torch.set_num_threads(options.threads)
    warnings.simplefilter("ignore", ConvergenceWarning)
    try:
        data = indian_pines.load(options.data)
    except MLCoreError as error:
        print(error, file=sys.stderr)
        return 2
    settings = _settings(options)
    print(f"Indian Pines: {len(data.labels)} labelled pixels; pretraining on the scene without them", flush=True)
    found = features.make_features(data, settings, progress=_report)
    scores = []
    for score in features.measure(data, found, settings):
        scores.append(score)
        print(".", end="" if len(scores) % 60 else "\n", flush=True)
    print()
    print(features.table(scores))
    verdicts = features.verdicts(scores)
    for name, points in verdicts.items():
        print(f"block split, {name}: {points:+.1f} points")
    if options.json:
        options.json.write_text(json.dumps({"scores": [score.to_dict() for score in scores], "verdicts": verdicts}))
    ahead = verdicts[f"ours minus {features.RAW}"] > 0
    return 0 if ahead and verdicts[f"ours minus {features.STATISTICS}"] >= -_TOLERATED_LOSS else 1


def _settings(options: argparse.Namespace) -> features.Settings:
    if options.quick:
        return features.Settings(seeds=min(options.seeds, 2), splits=("block",), budgets=(20,), steps=60)
    return features.Settings(seeds=options.seeds)


def _report(step: Step) -> None:
    if step.number % 50 == 0:
        print(f"step {step.number:4d}  loss {step.loss:.3f}  {step.seconds:.0f} s", flush=True)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mlcore.benchmarks")
    parser.add_argument("benchmark", choices=["features"], help="features: frozen features with few labels")
    parser.add_argument("--data", type=Path, help="folder with Indian_pines_corrected.npy and Indian_pines_gt.npy")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    parser.add_argument("--seeds", type=int, default=5, help="splits to average over")
    parser.add_argument("--quick", action="store_true", help="a minute: block split, 20 labels a class, 2 seeds")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
