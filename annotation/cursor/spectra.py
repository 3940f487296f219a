"""Spectra so far: how each class looks to a sensor, by what people have labelled and everybody in the project may read.

Tiles that wait for a label tell nothing, audits least of all, and neither does what nobody looked at. The first
requests read some tiles each, as many as there is time for; what a label adds is kept, and read once.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.cache import cache
from django.db.models import Q

from annotation.cursor.portrait import Portrait, Portraits, portraits_of
from annotation.cursor.quantities import unit_at
from annotation.cursor.values import plain
from annotation.errors import BadSettings
from annotation.models import Annotation, Project, Sample, Scene
from annotation.models.blindness import blind
from annotation.tasks import task_of
from mlcore.sensors import Modality, Sensor, sensor_from_dict

TILES_A_CLASS = 40  # the newest; more of them hardly move a mean
_SECONDS = 0.25  # of reading in one request
_KEPT_SECONDS = 86_400
_LOOKED_UP_SECONDS = 60


def spectra_so_far(project: Project, code: str = "", *, seconds: float = _SECONDS) -> dict[str, Any]:
    """Return mean and standard deviation of each class in each band of a sensor; by default of that with most bands.

    `complete` is False while labelled tiles are left to read; whoever asks again gets further.

    Raises:
        BadSettings: the project has no such sensor; the message lists those it has.
    """
    sensor = _sensor(project, code)
    if sensor is None:
        return {"sensor": "", "title": "", "unit": "", "bands": [], "classes": [], "complete": True}
    key = hashlib.sha256(repr(sensor).encode()).hexdigest()[:16]
    known, left = _known(labelled(project), key)
    until = time.monotonic() + seconds
    while left and (not known or time.monotonic() < until):
        sample = left.pop()
        known[sample.answer_id or 0] = portraits_of(sample, sensor)
        cache.set(_name(sample, key), known[sample.answer_id or 0].to_json(), _KEPT_SECONDS)
    return {
        "sensor": sensor.code,
        "title": sensor.title,
        "unit": unit_at(sensor),
        "bands": [
            {"name": band.name, "title": band.title, "wavelength_nm": band.wavelength_nm} for band in sensor.bands
        ],
        "classes": _by_class(project, known.values()),
        "complete": not left,
    }


def labelled(project: Project) -> list[Sample]:
    """Return labelled samples with the answers that count, the newest of each class, as far as all members see them."""
    settled = Sample.objects.filter(project=project, state=Sample.State.LABELLED).exclude(blind())
    settled = settled.filter(answer__verdict=Annotation.Verdict.LABEL)
    settled = settled.exclude(answer__provenance=Annotation.Provenance.PROMISED)
    chosen = _chosen(project, settled)
    rows = settled.filter(pk__in=chosen).select_related("tile__grid", "project", "answer")
    return sorted(rows, key=lambda sample: sample.answer_id or 0)


def _chosen(project: Project, settled: Any) -> list[int]:
    """Return the ids of the newest of each class; looked up again after the next label, or in a minute."""
    newest = Annotation.objects.filter(sample__project=project).order_by("-pk").values_list("pk", flat=True).first()
    key = f"spectra:{project.pk}:{newest}"
    kept = cache.get(key)
    if kept is None:
        task = task_of(project)
        conditions: list[Q] = [task.naming(each.code, "answer__") for each in project.all_classes()]
        newest_of = (settled.filter(naming).order_by("-answer_id")[:TILES_A_CLASS] for naming in conditions)
        kept = sorted({pk for rows in newest_of for pk in rows.values_list("pk", flat=True)})
        cache.set(key, kept, _LOOKED_UP_SECONDS)
    return list(kept)


def _sensor(project: Project, code: str) -> Sensor | None:
    """Return a sensor of a project's scenes: that with this code, or the one with most bands of light."""
    scenes = Scene.objects.filter(project=project).shown()
    sensors: dict[str, Sensor] = {}
    for told in scenes.order_by("sensor__code").distinct("sensor__code").values_list("sensor", flat=True):
        sensors[told["code"]] = sensor_from_dict(told)
    if code and code not in sensors:
        raise BadSettings(f"The project has no sensor {code[:40]!r}; it has {', '.join(sensors) or 'none'}.")
    if code:
        return sensors[code]
    return max(sensors.values(), key=lambda each: (each.modality is Modality.OPTICAL, len(each.bands)), default=None)


def _known(samples: Sequence[Sample], key: str) -> tuple[dict[int, Portraits], list[Sample]]:
    """Return what is kept of labels, by the answer's id, and the samples of which nothing is."""
    names = {_name(sample, key): sample for sample in samples}
    kept = cache.get_many(names)
    known = {names[name].answer_id or 0: Portraits.from_json(told) for name, told in kept.items() if told is not None}
    return known, [sample for name, sample in names.items() if kept.get(name) is None]


def _name(sample: Sample, key: str) -> str:
    return f"portrait:{sample.answer_id}:{key}"


def _by_class(project: Project, known: Iterable[Portraits]) -> list[dict[str, Any]]:
    """Return the classes in use that were labelled, merged ones as what they count as."""
    in_use = project.codes_in_use()
    of_class: dict[int, list[Portrait]] = defaultdict(list)
    for portraits in known:
        for code, portrait in portraits.by_class.items():
            if code in in_use:
                of_class[in_use[code]].append(portrait)
    told = []
    for code, portraits_ in sorted(of_class.items()):
        whole = Portrait.together(portraits_)
        spread = whole.variance.clip(min=0) ** 0.5
        told.append(
            {
                "code": code,
                "count": len(portraits_),
                "pixels": whole.pixels,
                "mean": [plain(number) for number in whole.mean.tolist()],
                "spread": [plain(number) for number in spread.tolist()],
            }
        )
    return told
