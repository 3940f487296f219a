"""`python -m mlcore.benchmarks choices`: which head, encoder or blocks, chosen on some sets and judged on others."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from mlcore.benchmarks.choices import measuring, report
from mlcore.benchmarks.choices.choosing import verdicts
from mlcore.benchmarks.datasets import ADDED, DATASETS, data_root
from mlcore.errors import MLCoreError

_AMONG = {
    "head": "pooled,taught-by-columns,taught",
    "encoder": "ours,statistics,raw",
    "blocks": "as they are,noise,stranger",
}


def main(arguments: list[str]) -> int:
    """Measure and report; return 2 when nothing could be judged."""
    options = _options(arguments)
    asked = measuring.Asked(
        options.of,
        tuple((options.among or _AMONG[options.of]).split(",")),
        tuple(options.sets.split(",")),
        options.features,
        options.head,
        tuple(int(budget) for budget in options.budgets.split(",")),
        range(options.first_seed, options.first_seed + options.seeds),
        options.places,
    )
    try:
        measured = measuring.measure(
            asked, options.data or data_root(), options.store, lambda line: print(line, flush=True)
        )
        page = report.markdown(asked, measured, ADDED)
    except (MLCoreError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(page)
    told = {"asked": {**asdict(asked), "seeds": list(asked.seeds)}, **asdict(measured)}
    told["verdicts"] = [asdict(verdict) for verdict in verdicts(measuring.together(measured))]
    for path, content in ((options.markdown, page), (options.json, json.dumps(told, indent=1))):
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mlcore.benchmarks choices")
    parser.add_argument("--of", choices=measuring.OF, default="head", help="what is chosen")
    parser.add_argument("--among", help=f"comma-separated; the first is today's. By default, e.g. {_AMONG['head']}")
    parser.add_argument("--sets", default=",".join(DATASETS), help="comma-separated; by default every one")
    parser.add_argument("--features", "--encoder", default="ours", help="row of the features; or encoder:SPEC")
    parser.add_argument("--head", default="taught", help="where encoders or blocks are chosen")
    parser.add_argument("--budgets", default="5,20", help="labels a class, comma-separated")
    parser.add_argument("--seeds", type=int, default=3, help="splits to average over")
    parser.add_argument("--first-seed", type=int, default=100, help="far from those by which things were made")
    parser.add_argument("--places", type=int, default=2500, help="of a data set at most")
    parser.add_argument("--data", type=Path, help="folder of the data sets; by default TERRASCRIBE_TEST_DATA")
    parser.add_argument("--store", type=Path, default=Path("var/benchmarks"), help="of what was measured before")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    parser.add_argument("--markdown", type=Path, help="write the report to this file")
    return parser.parse_args(arguments)
