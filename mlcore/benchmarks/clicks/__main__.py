"""The command: `python -m mlcore.benchmarks clicks --sets water,buildings`."""

import argparse
import json
import sys
from pathlib import Path

from mlcore.benchmarks.clicks.report import markdown
from mlcore.benchmarks.clicks.runs import ROWS, Run, run
from mlcore.benchmarks.clicks.targets import SETS, targets_of
from mlcore.benchmarks.datasets import DataAbsent, data_root
from mlcore.errors import MLCoreError, look_up


def main(arguments: list[str] | None = None) -> int:
    """Click all shapes and print the table; return 2 when nothing could be measured."""
    options = _options(arguments)
    runs: list[Run] = []
    titles: dict[str, str] = {}
    try:
        rows = options.rows.split(",")
        for row in rows:
            look_up(ROWS, row, "row")
        for name in options.sets.split(","):
            title, _ = look_up(SETS, name, "set")
            try:
                targets = [each for each in targets_of(name, options.data or data_root()) if not each.chosen_on]
            except DataAbsent as error:
                print(f"Left out: {error}", file=sys.stderr)
                continue
            titles[name] = title
            runs += run(name, targets[: options.most], rows, tell=lambda line: print(line, flush=True))
    except MLCoreError as error:
        print(error, file=sys.stderr)
        return 2
    if not runs:
        return 2
    report = markdown(runs, titles)
    print(report)
    contents = {options.markdown: report, options.json: json.dumps([each.to_dict() for each in runs])}
    for path, content in contents.items():
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mlcore.benchmarks clicks", description=__doc__)
    parser.add_argument("--sets", default=",".join(SETS), help=f"comma-separated, of {', '.join(SETS)}")
    parser.add_argument("--rows", default=",".join(ROWS), help=f"comma-separated, of {', '.join(ROWS)}")
    parser.add_argument("--most", type=int, default=30, help="shapes of each set")
    parser.add_argument("--data", type=Path, help="folder of the data sets; by default TERRASCRIBE_TEST_DATA")
    parser.add_argument("--json", type=Path, help="write every curve to this file")
    parser.add_argument("--markdown", type=Path, help="write the report to this file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
