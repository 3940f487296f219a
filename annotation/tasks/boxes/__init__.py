"""Boxes: objects with sides, upright or turned."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from annotation.errors import BadSettings
from annotation.models import Project
from annotation.tasks.objects import Objects

if TYPE_CHECKING:
    from annotation.tasks.boxes.learner import BoxLearner


class Boxes(Objects):
    """Boxes: {"boxes": [{"class", "x", "y", "width", "height", "angle"}]}, in px of the tile; none: a negative tile."""

    name = "boxes"
    title = "A box around each object"
    about = "Ships, cars, trees, buildings: each gets a box, upright or turned. A tile without any is an answer, too."
    boxed = True
    noun = "Box"
    formats = Objects.formats | {"yolo", "yolo_obb", "voc"}
    reserved_keys = Objects.reserved_keys + "nadgr"  # none here, add, duplicate, take a guess, turn

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return whether boxes may be turned, and the threshold."""
        told = super().check_options(options)
        if not isinstance(told["rotated"], bool):
            raise BadSettings(f"Whether boxes are rotated is true or false, not {str(told['rotated'])[:40]}.")
        return told

    def default_options(self) -> dict[str, Any]:
        """Return upright boxes."""
        return {"rotated": False, **super().default_options()}

    def is_rotated(self, project: Project) -> bool:
        """Return whether boxes may be turned."""
        return bool(self.option(project, "rotated"))

    @property
    def learner(self) -> "type[BoxLearner]":
        """Return the finder of boxes."""
        from annotation.tasks.boxes.learner import BoxLearner

        return BoxLearner
