"""What every head can do: be fitted on a lesson, say what it thinks, and be kept in a file."""

from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

from mlcore.heads.lesson import Lesson


class Head(Protocol):
    """What sits on a frozen encoder and was fitted on labels."""

    kind: ClassVar[str]  # what its file says that it holds

    @classmethod
    def fit(cls, lesson: Lesson) -> Self:
        """Fit on a lesson.

        Raises:
            BadFeatures: inputs and targets don't fit each other or aren't finite.
            NotEnoughLabels: there is too little to learn from; the message says what to label.
        """

    def predict(self, inputs: Any) -> Any:  # noqa: ANN401 (each kind of task has inputs and a result of its own)
        """Return what the head says of inputs like those of its lesson, as one small object.

        Raises:
            BadFeatures: the inputs have another length than those fitted on.
        """

    def save(self, path: Path) -> None:
        """Write the head to a safetensors file."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a head.

        Raises:
            BadCheckpoint: the file is damaged or holds something else.
        """
