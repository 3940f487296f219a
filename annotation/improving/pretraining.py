"""Pretraining further: the encoder goes on learning, without labels, from the project's own imagery."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from annotation.errors import JobFailed
from annotation.improving.candidates import propose
from annotation.improving.live import Live
from annotation.improving.yardstick import take_yardstick
from annotation.learning.embedding import build
from annotation.learning.encoders import open_tunable
from annotation.models import Job, ModelVersion, Project, Scene
from annotation.soundness import check_scenes, left_out
from mlcore.pretrain import Recipe, pretrain
from mlcore.raster.grid import grid_for
from mlcore.samples import Chip

DEFAULT_MINUTES = 2.0
_WINDOW_PX = 512
_MOST_VALUES = 60_000_000  # bands x pixels in memory: 240 MB
_MOST_SCENES = 500
_LEAST_VALID = 0.2


def pretrain_further(job: Job) -> str:
    """Pretrain on the project's imagery; what that brought is measured like everything else, if labels allow."""
    project = job.project
    encoder = open_tunable(project)
    live = Live(job, ["Pretraining"])
    job.report(0, "Reading the imagery.")
    check_scenes(project)
    scenes = list(read_scenery(project))
    if not scenes:
        raise JobFailed(f"There is no imagery to learn from yet: add a scene first.{left_out(project)}")
    minutes = float(job.params.get("minutes", DEFAULT_MINUTES))
    recipe = Recipe(tile_px=min(project.tile_px, 64), minutes=minutes, seed=project.seed)
    live.begin()
    made, _ = pretrain(
        scenes, recipe, config=encoder.network.config, start=encoder, progress=_telling(live, recipe.steps, minutes)
    )
    note = f"{minutes:g} minutes on this project's imagery, without labels"
    made = replace(encoder, network=made.network, card={**encoder.card, "pretrained further": note})
    yardstick = take_yardstick(project, encoder, report=live.embedding)
    build(project, made, report=live.embedding, rows=yardstick.rows)  # without labels nothing else asks for them
    held_out = None
    if yardstick.folds:
        first, second = (yardstick.held_out_hits(one, report=live.embedding) for one in (encoder, made))
        held_out = first, second
    audits = yardstick.audit_pair(encoder, made, report=live.embedding) if held_out else None
    comparison = yardstick.compare(held_out, audits)
    name = f"{encoder.name}, pretrained on this imagery"
    return propose(job, made, comparison, origin=ModelVersion.Origin.PRETRAIN, name=name) + left_out(project)


def read_scenery(project: Project) -> Iterator[Chip]:
    """Yield windows of the project's scenes, or its ready-made chips, in random order, as many as memory takes."""
    rng = np.random.default_rng([project.seed, 3])
    scenes = list(project.scenes.filter(fault="").shown().select_related("asset", "grid").order_by("id"))
    left = _MOST_VALUES
    for place in rng.permutation(len(scenes))[:_MOST_SCENES]:
        for chip in _windows(scenes[place], rng, most=max(left // 4, _MOST_VALUES // min(len(scenes), _MOST_SCENES))):
            left -= chip.pixels.size
            yield chip
        if left <= 0:
            return


def _windows(scene: Scene, rng: np.random.Generator, *, most: int) -> Iterator[Chip]:
    info = scene.asset.info()
    side = min(_WINDOW_PX, max(info.width, info.height))
    grid = grid_for(info, side)
    first_column, first_row, columns, rows = grid.tile_range(info)
    sensor = scene.get_sensor()
    for place in rng.permutation(columns * rows):
        column, row = first_column + int(place) % columns, first_row + int(place) // columns
        chip = scene.asset.reader.chip(scene.file, sensor, grid, column, row, acquired=scene.day)
        if chip.valid_fraction >= _LEAST_VALID:
            yield chip
            most -= chip.pixels.size
        if most <= 0:
            return


def _telling(live: Live, steps: int, minutes: float) -> Callable[[Any], None]:
    def tell(step: Any) -> None:
        share = max(step.number / steps, step.seconds / 60 / minutes)  # whichever ends it first
        of = steps if share <= 0 else max(step.number, round(step.number / share))
        live.step(step.number, of, step.loss)

    return tell
