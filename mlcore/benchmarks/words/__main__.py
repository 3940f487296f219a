"""The command: `python -m mlcore.benchmarks words --seeds 10`."""

import argparse
import json
import sys
from pathlib import Path

from mlcore.benchmarks.datasets import data_root
from mlcore.benchmarks.words.report import markdown
from mlcore.benchmarks.words.reports import load
from mlcore.benchmarks.words.runs import Run, run, vectors_of
from mlcore.errors import MLCoreError, NotInstalled
from mlcore.text import SENTENCES, get_sentences


def main(arguments: list[str] | None = None) -> int:
    """Teach, test and print the table; return 2 when nothing could be measured."""
    options = _options(arguments)
    runs: list[Run] = []
    milliseconds: dict[str, float] = {}
    remarks = []
    try:
        reports = load(options.data or data_root())
        for name in options.encoders.split(","):
            try:
                vectors = vectors_of(reports, get_sentences(name))
            except NotInstalled as error:
                remarks.append(f"Left out: {error}")
                continue
            milliseconds[name] = vectors.milliseconds
            runs += run(reports, vectors, seeds=options.seeds, tell=lambda line: print(line, flush=True))
    except MLCoreError as error:
        print(error, file=sys.stderr)
        return 2
    report = markdown(runs, reports, milliseconds, remarks)
    print(report)
    for path, content in {
        options.markdown: report,
        options.json: json.dumps([each.to_dict() for each in runs]),
    }.items():
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mlcore.benchmarks words", description=__doc__)
    parser.add_argument("--encoders", default=",".join(SENTENCES), help=f"comma-separated, of {', '.join(SENTENCES)}")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--data", type=Path, help="folder of the data sets; by default TERRASCRIBE_TEST_DATA")
    parser.add_argument("--json", type=Path, help="write every run to this file")
    parser.add_argument("--markdown", type=Path, help="write the report to this file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
