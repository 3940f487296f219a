"""Telling: what the published model version says of samples, as predictions of Label Studio."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotation.exports.cells import Cell, cell_of_chip
from annotation.models import ModelVersion, Project, Sample, Suggestion
from annotation.studio.controls import Control, best_of
from annotation.tasks import task_of
from mlcore.labelsets.brush import brush_of

_UNKNOWN = "The project has no such tile: say which by data.sample, by the tile's address, or by the file's name."
_NOTHING = "No suggestion: the tile is labelled, waits as an audit, or came after the version was published."
_NO_VERSION = "No model version is published yet; label some tiles first."

Prediction = dict[str, Any]


def version_name(project: Project) -> str:
    """Return how Label Studio is told of the published version; it keeps predictions of each apart."""
    version = _published(project)
    return f"terrascribe-{project.pk}-v{version.number}" if version else f"terrascribe-{project.pk}-none"


def _published(project: Project) -> ModelVersion | None:
    return project.model_versions.filter(state=ModelVersion.State.PUBLISHED).first()


class Teller:
    """Tells what is suggested, in the words of one labelling configuration."""

    def __init__(self, project: Project, controls: Sequence[Control]) -> None:
        """Remember the classes, and which control takes what."""
        self._project, self._task = project, task_of(project)
        self._names, self._codes = project.class_names(), project.codes_in_use()
        known = [self._names[code] for code in sorted(set(self._codes.values()))]
        self._whole = best_of(controls, ("Choices", "Taxonomy"), known)
        self._brush = best_of(controls, ("BrushLabels",), known)
        self._number = best_of(controls, ("Number",), ())
        self._known = known

    @property
    def lacking(self) -> str:
        """Return what the configuration lacks for this project's labels, in words; '' where it has a place for them."""
        if self._task.paints and not self._brush:
            return "a control BrushLabels"
        if "amount" in self._task.columns:
            return "" if self._number else "a control Number"
        return "" if self._whole or self._task.paints else "a control Choices or Taxonomy"

    @property
    def unknown(self) -> list[str]:
        """Return the classes that the control has no option for: they are left out of predictions."""
        control = self._brush if self._task.paints else self._whole
        return [name for name in self._known if control and control.called(name) is None]

    def tell(self, samples: Sequence[Sample | None]) -> list[Prediction]:
        """Return a prediction a sample, in their order; where there is none, an empty one that says why."""
        version, name = _published(self._project), version_name(self._project)
        told = {}
        if version:
            rows = Suggestion.objects.undecided().filter(
                model_version=version, sample__in=[sample.pk for sample in samples if sample]
            )
            told = {row.sample_id: row for row in rows}
        return [self._prediction(sample, told, name) for sample in samples]

    def _prediction(self, sample: Sample | None, told: dict[int, Suggestion], version: str) -> Prediction:
        said = told.get(sample.pk) if sample else None
        if sample is None or said is None:
            why = _UNKNOWN if sample is None else _NO_VERSION if version.endswith("-none") else _NOTHING
            return {"model_version": version, "result": [], "score": 0.0, "reason": why}
        results = [
            {"id": f"s{said.pk}-{number}", "score": said.confidence, **result}
            for number, result in enumerate(self._results(sample, said), 1)
        ]
        return {"model_version": version, "result": results, "score": said.confidence}

    def _results(self, sample: Sample, said: Suggestion) -> Iterator[dict[str, Any]]:
        amount = self._task.properties(said.value, self._codes, self._names).get("amount")
        if amount is not None and self._number:
            yield self._by(self._number, "number", {"number": amount})
        whole = []
        for code, pixels in self._task.regions(said.value, self._codes):
            name = self._names.get(code, "")
            if pixels is None:
                whole.append(name)
            elif self._brush and (called := self._brush.called(name)):
                size, rle = _painted(sample, pixels)
                value = {"format": "rle", "rle": rle, "brushlabels": [called]}
                yield self._by(self._brush, "brushlabels", value) | size
        called_so = [called for name in whole if self._whole and (called := self._whole.called(name))]
        if self._whole and called_so:
            kind = self._whole.kind.lower()
            paths = [[name] for name in called_so] if kind == "taxonomy" else called_so
            yield self._by(self._whole, kind, {kind: paths})

    def _by(self, control: Control, kind: str, value: dict[str, Any]) -> dict[str, Any]:
        return {"from_name": control.name, "to_name": control.to_name, "type": kind, "value": value}


def _painted(sample: Sample, pixels: NDArray[np.bool_]) -> tuple[dict[str, int], list[int]]:
    """Return the size of the picture that people see, of a chip that of its own file, and the brush in its pixels."""
    if sample.tile.grid.ready_made and (scene := sample.scenes().select_related("asset").last()):
        info = scene.asset.info()
        placed = {"width": info.width, "height": info.height, "transform": info.transform, "crs": info.crs}
        cell: Cell = cell_of_chip(placed, sample.tile.grid.tile_px)
        picture = Image.fromarray(cell.inside(pixels).astype(np.uint8)).resize(
            (info.width, info.height), Image.Resampling.NEAREST
        )
        pixels = np.asarray(picture) > 0
    height, width = pixels.shape
    return {"original_width": width, "original_height": height, "image_rotation": 0}, brush_of(pixels)
