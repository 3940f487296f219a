"""The command: `python -m mlcore.benchmarks painting --sets houston-rgb --seeds 5`."""

import argparse
import json
import sys
from pathlib import Path

from mlcore.benchmarks.datasets import DataAbsent, data_root
from mlcore.benchmarks.painting.pictures import PICTURES
from mlcore.benchmarks.painting.report import markdown
from mlcore.benchmarks.painting.rows import ROWS
from mlcore.benchmarks.painting.runs import Run, run
from mlcore.errors import MLCoreError, look_up


def main(arguments: list[str] | None = None) -> int:
    """Paint, learn, test and print the table; return 2 when nothing could be measured."""
    options = _options(arguments)
    runs: list[Run] = []
    titles: dict[str, str] = {}
    try:
        rows = {name: look_up(ROWS, name, "row") for name in options.rows.split(",")}
        loaders = [look_up(PICTURES, name, "picture") for name in options.sets.split(",")]
        for load in loaders:
            try:
                picture = load(options.data or data_root())
            except DataAbsent as error:
                print(f"Left out: {error}", file=sys.stderr)
                continue
            titles[picture.name] = picture.title
            runs += run(picture, rows, seeds=options.seeds, tell=lambda line: print(line, flush=True))
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
    parser = argparse.ArgumentParser(prog="python -m mlcore.benchmarks painting", description=__doc__)
    parser.add_argument("--sets", default=",".join(PICTURES), help=f"comma-separated, of {', '.join(PICTURES)}")
    parser.add_argument("--rows", default=",".join(ROWS), help=f"comma-separated, of {', '.join(ROWS)}")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--data", type=Path, help="folder of the data sets; by default TERRASCRIBE_TEST_DATA")
    parser.add_argument("--json", type=Path, help="write every run to this file")
    parser.add_argument("--markdown", type=Path, help="write the report to this file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
