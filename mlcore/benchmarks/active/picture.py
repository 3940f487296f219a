"""The learning curves as a picture: one panel a set, one line a strategy."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.benchmarks.active.annotator import Curve

_WIDTH, _HEIGHT, _EDGE, _ACROSS, _LEGEND = 300, 210, 34, 3, 44
_COLOURS = ("#d1495b", "#1f5f8b", "#2e8b57", "#c77b1f", "#6a4c93", "#00798c", "#8d6b4b", "#c0569e", "#5c6b00")
_CHANCE = "#7a8691"

Mean = tuple[NDArray[np.float64], NDArray[np.float64]]  # labels, score as % of the full one


def write_svg(curves: Sequence[Curve], path: Path) -> None:
    """Draw the mean score of each strategy, as a share of the score with every label, over the labels."""
    names = sorted({curve.strategy for curve in curves}, key=lambda name: (name != "auto", name != "random", name))
    others = (colour for colour in _COLOURS)
    colours = {name: _CHANCE if name == "random" else next(others, "#333333") for name in names}
    tasks = sorted({curve.task for curve in curves})
    rows = -(-len(tasks) // _ACROSS)
    panels = [
        f'<g transform="translate({place % _ACROSS * _WIDTH} {place // _ACROSS * _HEIGHT})">'
        f"{_panel(task, [curve for curve in curves if curve.task == task], colours)}</g>"
        for place, task in enumerate(tasks)
    ]
    width, height = _WIDTH * _ACROSS, _HEIGHT * rows
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + _LEGEND}" font-family="sans-serif" '
        f'font-size="11">\n<rect width="{width}" height="{height + _LEGEND}" fill="#fff"/>\n'
        + "\n".join([*panels, _legend(colours, height)])
        + "\n</svg>\n"
    )


def _panel(task: str, curves: Sequence[Curve], colours: dict[str, str]) -> str:
    means = {name: _mean([curve for curve in curves if curve.strategy == name]) for name in colours}
    shown = {name: mean for name, mean in means.items() if len(mean[0])}
    values = np.concatenate([score for _, score in shown.values()])
    low, high = float(np.quantile(values, 0.03)), float(values.max())
    last = float(max(labels[-1] for labels, _ in shown.values()))
    lines = [_line(*shown[name], (low, high, last), colours[name], name) for name in reversed(list(shown))]
    seeds = len({curve.seed for curve in curves})
    counted = f"{seeds} seeds" if seeds > 1 else "1 seed"
    score = "% of full accuracy" if curves[0].f1 else "RMSE, % of spread"
    return "\n".join(
        [
            f'<text x="{_EDGE}" y="16" font-weight="bold">{escape(task)}</text>',
            f'<text x="{_WIDTH - 8}" y="16" text-anchor="end" fill="#555">{score}, {counted}</text>',
            f'<path d="M{_EDGE} 24V{_HEIGHT - 28}H{_WIDTH - 8}" fill="none" stroke="#aab"/>',
            f'<text x="{_EDGE - 4}" y="30" text-anchor="end">{_told(high)}</text>',
            f'<text x="{_EDGE - 4}" y="{_HEIGHT - 28}" text-anchor="end">{_told(low)}</text>',
            f'<text x="{_WIDTH - 8}" y="{_HEIGHT - 14}" text-anchor="end">{last:.0f} labels</text>',
            *lines,
        ]
    )


def _mean(curves: Sequence[Curve]) -> Mean:
    if not curves:
        return np.zeros(0), np.zeros(0)
    share = np.mean([100 * np.array(curve.scores) / abs(curve.full) for curve in curves], 0)
    return np.array(curves[0].labels, float), share


def _told(share: float) -> str:
    return f"{abs(share):.0f}"


def _line(
    labels: NDArray[np.float64],
    scores: NDArray[np.float64],
    limits: tuple[float, float, float],
    colour: str,
    name: str,
) -> str:
    low, high, last = limits
    across = _EDGE + labels / last * (_WIDTH - 8 - _EDGE)
    down = 24 + (high - np.maximum(scores, low)) / max(high - low, 1e-9) * (_HEIGHT - 52)
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    width = 2.4 if name in ("auto", "random") else 1.1
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _legend(colours: dict[str, str], top: int) -> str:
    cells, columns = [], 5
    for place, (name, colour) in enumerate(colours.items()):
        x, y = 12 + place % columns * (_WIDTH * _ACROSS // columns), top + 14 + place // columns * 18
        cells.append(f'<rect x="{x}" y="{y - 7}" width="16" height="4" fill="{colour}"/>')
        cells.append(f'<text x="{x + 22}" y="{y}">{escape(name)}</text>')
    return "".join(cells)
