"""The loss curve as a table and as a small picture."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mlcore.pretrain.recipe import Step

_WIDTH, _HEIGHT, _EDGE = 640, 240, 36
_SMOOTHING_STEPS = 10


def write_csv(steps: Sequence[Step], path: Path) -> None:
    """Write one line for each step."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["step", "loss", "seconds", "samples"])
        writer.writerows([step.number, f"{step.loss:.5f}", f"{step.seconds:.2f}", step.samples] for step in steps)


def write_svg(steps: Sequence[Step], path: Path) -> None:
    """Draw the loss of each step, and its running mean over it."""
    losses = np.array([step.loss for step in steps])
    width = min(_SMOOTHING_STEPS, len(losses))
    smooth = np.convolve(losses, np.ones(width) / width, mode="valid")
    low, high = float(losses.min()), float(losses.max())
    raw_line = _polyline(np.arange(1, len(losses) + 1), losses, len(losses), (low, high), "#b8c4d0", 1)
    smooth_line = _polyline(np.arange(width, len(losses) + 1), smooth, len(losses), (low, high), "#1f5f8b", 2)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n{raw_line}\n{smooth_line}\n'
        f'<text x="4" y="{_EDGE}">{high:.3g}</text>\n<text x="4" y="{_HEIGHT - _EDGE}">{low:.3g}</text>\n'
        f'<text x="{_WIDTH / 2:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">'
        f"loss over {len(losses)} steps</text>\n</svg>\n"
    )


def _polyline(x: np.ndarray, y: np.ndarray, last: int, limits: tuple[float, float], colour: str, width: int) -> str:
    low, high = limits
    across = _EDGE + (x - 1) / max(1, last - 1) * (_WIDTH - 2 * _EDGE)
    down = _EDGE + (high - y) / max(high - low, 1e-9) * (_HEIGHT - 2 * _EDGE)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, down, strict=True))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
