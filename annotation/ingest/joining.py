"""Joining: scenes that come, or whose date is corrected, join the epochs whose period they fall in."""

from annotation.models import Epoch, Scene


def join_epochs(scene: Scene) -> list[Epoch]:
    """Let a scene join the epochs in whose period it was acquired, and return all that it belongs to."""
    if scene.day:
        for epoch in scene.project.epochs.filter(starts__lte=scene.day, ends__gte=scene.day):
            epoch.scenes.add(scene)
    return list(scene.epochs.all())
