"""The tables: rows and heads down, splits and budgets across; text for a terminal, Markdown for the documents."""

from collections.abc import Sequence

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataSet
from mlcore.benchmarks.report.figures import Cell, Figures, Setting
from mlcore.benchmarks.rows import ROWS, Kind

Grid = list[list[str]]  # the first line is the head
_METRICS = {
    "accuracy": "accuracy, %",
    "macro_f1": "macro F1, %",
    "mean_ap": "mean average precision, %",
    "rmse": "root mean square error",
}


def grids(figures: Figures, sets: Sequence[DataSet]) -> dict[str, Grid]:
    """Return one grid for each data set, by its title and score."""
    return {
        f"{data.title} ({_METRICS[data.metric]})": _grid(figures, data) for data in sets if _settings(figures, data)
    }


def _settings(figures: Figures, data: DataSet) -> list[Setting]:
    return [setting for setting in figures.settings() if setting.dataset == data.name]


def _grid(figures: Figures, data: DataSet) -> Grid:
    settings = _settings(figures, data)
    columns = sorted(
        {(s.split, s.budget) for s in settings}, key=lambda column: (column[0] != "random", column[1] or 1 << 30)
    )
    lines = [["input", "row", "head", *(f"{split} {budget or 'all'}" for split, budget in columns)]]
    for view in dict.fromkeys(setting.view for setting in settings):
        cells = {
            (row, head): [figures.cell(Setting(data.name, view, *column), row, head) for column in columns]
            for setting in settings
            if setting.view == view
            for row, head in figures.rows(setting)
        }
        order = sorted(cells, key=lambda key: _mean(cells[key]), reverse=figures.higher_is_better(data.name))
        for (row, head), row_cells in ((key, cells[key]) for key in order):
            mark = " *" if (row, data.name) in figures.saw_test else ""
            lines.append([view, _title(row) + mark, head, *(str(cell) if cell else "" for cell in row_cells)])
    return lines


def _mean(cells: Sequence[Cell | None]) -> float:
    return float(np.mean([cell.mean for cell in cells if cell]))


def _title(row: str) -> str:
    known = ROWS.get(row)
    if known is None:
        return row
    return f"**{known.title}**" if known.kind is Kind.OURS else known.title


def as_text(grid: Grid) -> str:
    """Return a grid for a terminal."""
    plain = [[cell.replace("**", "") for cell in line] for line in grid]
    widths = [max(len(line[column]) for line in plain) for column in range(len(plain[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in plain)


def as_markdown(grid: Grid) -> str:
    """Return a grid as a Markdown table."""
    head, *lines = ["| " + " | ".join(line) + " |" for line in grid]
    return "\n".join([head, "|" + "---|" * len(grid[0]), *lines])
