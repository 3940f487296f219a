"""Tasks: what a label of a project says, one module a kind; nothing else asks which kind a project is.

A new kind is a copy of its sibling, its entry in TASKS, one ES module in js/tasks and one template in webapp/tasks.
"""

from annotation.models import Project
from annotation.tasks.amount import Amount
from annotation.tasks.boxes import Boxes
from annotation.tasks.classes import Classes
from annotation.tasks.content import Content, Value
from annotation.tasks.masks import Masks
from annotation.tasks.points import Points
from annotation.tasks.protocol import Task
from annotation.tasks.tags import Tags
from mlcore.errors import look_up

__all__ = ["TASKS", "Content", "Task", "Value", "get_task", "task_of"]

TASKS: dict[str, Task] = {task.name: task for task in (Classes(), Masks(), Tags(), Amount(), Boxes(), Points())}


def get_task(name: str) -> Task:
    """Return a kind of label by its name.

    Raises:
        UnknownName: there is none; the message lists those there are.
    """
    return look_up(TASKS, name, "task")


def task_of(project: Project) -> Task:
    """Return what the labels of a project say."""
    return get_task(project.task)
