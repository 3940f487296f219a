"""Content: what an annotation, a suggestion or a forecast says, typed by the project's task."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.errors import BadAnswer, UnknownClass
from annotation.models import LabelClass, Project

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


def classes_in_use(project: Project, codes: Iterable[int]) -> dict[int, LabelClass]:
    """Return classes in use by their codes.

    Raises:
        UnknownClass: there is no such class, or it is no longer used.
    """
    in_use = {each.code: each for each in project.all_classes() if not (each.retired or each.merged_into_id)}
    for code in codes:
        if code not in in_use:
            names = ", ".join(f"{each.code} {each.name}" for each in in_use.values()) or "none"
            raise UnknownClass(f"There is no class {code} in {project}; the classes are: {names}.")
    return {code: in_use[code] for code in codes}


def only(value: Value, *names: str, optional: Sequence[str] = ()) -> None:
    """Refuse a value that lacks one of these entries, or has others.

    Raises:
        BadAnswer: it does.
    """
    wanted = " and ".join(repr(name) for name in names)
    if not set(names) <= set(value):
        raise BadAnswer(f"The answer needs {wanted}.")
    if extra := set(value) - set(names) - set(optional):
        raise BadAnswer(
            f"The answer has {', '.join(sorted(map(str, extra)))}, which says nothing here; it needs {wanted}."
        )
