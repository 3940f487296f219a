"""Agreement: how far people say the same of the same tiles, who differs, and which labels they dispute."""

from typing import Any

from annotation.agreement import classes, masks
from annotation.agreement.habits import habits
from annotation.models import Project
from annotation.models.projects import TaskKind

__all__ = ["agreement", "disputes", "habits"]


def agreement(project: Project) -> dict[str, Any]:
    """Return Krippendorff's alpha on audits that several people answered, and how each person differs."""
    return masks.agreement(project) if project.task == TaskKind.SEGMENTATION else classes.agreement(project)


def disputes(project: Project) -> list[dict[str, Any]]:
    """Return the labelled samples on which people differ, likeliest mistake first."""
    return masks.disputes(project) if project.task == TaskKind.SEGMENTATION else classes.disputes(project)
