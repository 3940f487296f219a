"""Content: what an annotation, a suggestion or a forecast says, typed by the project's task."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotation.models import LabelClass

Value = Mapping[str, Any]  # JSON-ready; its shape is the task's


@dataclass(frozen=True)
class Content:
    """A checked value, with the columns that indexes and filters go by."""

    value: dict[str, Any]
    label: LabelClass | None = None  # of a mask the commonest class
    mask: str = ""  # content hash of a class-index mask

    def columns(self) -> dict[str, Any]:
        """Return the columns of a row that says this."""
        return {"value": self.value, "label": self.label, "mask": self.mask}
