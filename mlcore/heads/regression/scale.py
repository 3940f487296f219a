"""The scale on which a quantity is learned: as it is, or its logarithm where it is skewed."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.stats import skew

_SKEWED = 0.5
_FURTHEST = 3.0  # logarithms beyond the largest target; no prediction becomes astronomical

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Standardised targets, with the way there and back."""

    centre: float
    spread: float
    logarithmic: bool = False
    correction: float = 1.0  # the mean of a skewed quantity lies above the back-transformed mean (Duan 1983)

    @classmethod
    def of(cls, targets: Floats, *, logarithmic: bool) -> Self:
        """Measure targets [N]."""
        seen = np.log(targets) if logarithmic else targets
        return cls(float(seen.mean()), float(max(seen.std(), 1e-12)), logarithmic)

    def standardise(self, targets: Floats) -> Floats:
        """Return targets on the learning scale, mean 0 and spread 1."""
        return ((np.log(targets) if self.logarithmic else targets) - self.centre) / self.spread

    def restore(self, standardised: NDArray[np.floating]) -> Floats:
        """Return quantiles in the units of the targets."""
        amounts = np.asarray(standardised, np.float64) * self.spread + self.centre
        return np.exp(np.minimum(amounts, self.centre + self.spread * 4 + _FURTHEST)) if self.logarithmic else amounts

    def mean(self, standardised: NDArray[np.floating]) -> Floats:
        """Return expected values in the units of the targets."""
        return self.restore(standardised) * self.correction

    def corrected(self, residuals: Floats) -> "Scale":
        """Return this scale with the smearing correction of held-out residuals [N] (Duan 1983, eq. 2.2)."""
        if not self.logarithmic:
            return self
        low, high = np.quantile(residuals, [0.02, 0.98])
        factor = np.exp(residuals.clip(low, high) * self.spread).mean()
        return Scale(self.centre, self.spread, True, float(np.clip(factor, 0.5, 2.0)))


def worth_a_logarithm(targets: Floats) -> bool:
    """Tell whether targets are positive and skewed, so that their logarithm should be tried."""
    return bool(len(targets) >= 10 and targets.min() > 0 and skew(targets) > _SKEWED)
