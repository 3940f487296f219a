"""Scoring of amounts by audits: RMSE, mean absolute error, bias and coverage, ready for JSON."""

import numpy as np
from numpy.typing import NDArray

from mlcore.audits.quantities import quantity_errors
from mlcore.metrics import Estimate

_DIGITS = 6  # that count: a quantity may be of any size


def scores(
    truth: NDArray[np.floating], said: NDArray[np.floating], drawn: NDArray[np.float64]
) -> dict[str, dict[str, float] | None]:
    """Return each figure with its interval; None where audits are too few.

    Args:
        truth: [n], as people say.
        said: [n, 3], value and interval of the model.
        drawn: [n], with which chance each audit was drawn.
    """
    errors = quantity_errors(truth, said[:, 0], said[:, 1], said[:, 2], drawn)
    return {name: interval(getattr(errors, name)) for name in ("rmse", "mae", "bias", "coverage")}


def interval(estimate: Estimate) -> dict[str, float] | None:
    """Return an estimate with its interval ready for JSON; None where nothing is known of it."""
    if not np.isfinite(estimate).all():
        return None
    value, low, high = (short(number) for number in estimate)
    return {"value": value, "low": low, "high": high}


def short(number: float) -> float:
    """Return a number in six digits."""
    return float(f"{number:.{_DIGITS}g}")
