"""What every head that is one logistic regression shares: its classes, and its file."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadCheckpoint
from mlcore.heads.files import Arrays, expect, read_head, write_head
from mlcore.heads.logistic import Logistic


@dataclass(frozen=True)
class LogisticHead:
    """A head whose whole knowledge is one calibrated logistic regression."""

    logistic: Logistic
    kind: ClassVar[str]

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the label codes [K] in the order of the probabilities."""
        return self.logistic.classes

    def save(self, path: Path) -> None:
        """Write the head to a safetensors file."""
        write_head(path, kind=self.kind, arrays=logistic_arrays(self.logistic))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a head.

        Raises:
            BadCheckpoint: the file is damaged or holds something else.
        """
        return cls(logistic_from(read_head(path, kind=cls.kind)[0], path))


def logistic_arrays(logistic: Logistic) -> Arrays:
    """Return a logistic regression as arrays."""
    return {
        "classes": logistic.classes,
        "weights": logistic.weights,
        "bias": logistic.bias,
        "temperature": np.array([logistic.temperature], np.float32),
    }


def logistic_from(arrays: Arrays, path: Path) -> Logistic:
    """Rebuild a logistic regression from its arrays.

    Raises:
        BadCheckpoint: some are missing or don't fit each other.
    """
    try:
        classes, weights, bias = (arrays[name] for name in ("classes", "weights", "bias"))
        temperature = float(arrays["temperature"][0])
    except (KeyError, IndexError) as error:
        raise BadCheckpoint(f"{path} doesn't hold a whole head: {error}.") from error
    expect(weights.ndim == 2 and weights.shape[1] == len(classes) == len(bias), path)
    return Logistic(classes, weights, bias, temperature)
