"""Unfolding: files that belong together, or hold several rasters, on their way to one scene or several."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from annotation.ingest.assets import names_of
from annotation.ingest.naming import plain_path
from annotation.ingest.staging import StagedFile, folder_of_ours
from mlcore import quarantine
from mlcore.containers import Bundle, Group, Layer, container_of, grouped
from mlcore.quarantine import PATIENT, Allowance
from mlcore.raster.cog import Progress

BENT = "bent"  # the container of a raster that lies askew


def gather(files: Sequence[StagedFile]) -> list[StagedFile]:
    """Return the files with those that belong together as one each, in the order of their first ones."""
    by_name = {file.name: file for file in files}
    if len(by_name) < len(files):  # two of one name: nobody knows which belongs to what
        return list(files)
    groups = grouped(list(by_name))
    bundles = [bundle(group, [by_name[name] for name in group.members]) for group in groups]
    left = {name for group in groups for name in (*group.members, *group.left_out)}
    return [*bundles, *(file for file in files if file.name not in left)]


def left_alone(files: Sequence[StagedFile], gathered: Sequence[StagedFile]) -> list[StagedFile]:
    """Return the files that a product left out."""
    kept = {file.path for each in gathered for file in (each, *each.parts)}
    return [file for file in files if file.path not in kept]


def bundle(group: Group, parts: Sequence[StagedFile]) -> StagedFile:
    """Return several files as the one thing that they are."""
    digest = hashlib.sha256("".join(sorted(part.sha256 for part in parts)).encode()).hexdigest()
    return StagedFile(
        plain_path(group.name),
        parts[0].path,
        digest,
        container=group.container,
        parts=tuple(parts),
        said=_left_out(group),
    )


def _left_out(group: Group) -> tuple[str, ...]:
    names = sorted(name.rpartition("/")[2] for name in group.left_out)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return (f"Not read of its files: {', '.join(names[:3])}{more}.",) if names else ()


def code_of(file: StagedFile) -> str:
    """Return the kind of container that a file is; '' for none."""
    if file.container or file.layer:
        return file.container
    with names_of(file):
        return container_of(file.path, file.name) or ""


def is_bent(file: StagedFile) -> bool:
    """Return whether a raster is placed by control points or polynomials: it is unfolded to one that lies straight.

    Raises:
        BadUpload: it is no safe and whole raster.
    """
    if file.layer:
        return False
    with names_of(file):
        return bool(getattr(quarantine.inspect(file.path, whole=False), "placed_by", ""))


def peek(file: StagedFile, code: str, *, allowance: Allowance = PATIENT) -> str:
    """Return in words what a container holds.

    Raises:
        BadUpload: it cannot be unfolded.
        NotLookedAt: it takes more than the allowance.
    """
    with names_of(file):
        return quarantine.peek(code, _bundle(file), allowance=allowance)


@contextmanager
def unfolded(file: StagedFile, code: str, *, progress: Progress | None = None) -> Iterator[list[StagedFile]]:
    """Yield the rasters of a container, which are gone afterwards.

    Raises:
        BadUpload: it cannot be unfolded.
    """
    folder = folder_of_ours()
    try:
        with names_of(file):
            layers = quarantine.unfold(code, _bundle(file), folder, progress=progress)
        yield [_staged(file, layer, folder / layer.file) for layer in layers]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bundle(file: StagedFile) -> Bundle:
    members = {part.name: part.path for part in file.parts} or {file.name: file.path}
    return Bundle(file.name, members)


def _staged(file: StagedFile, layer: Layer, path: Path) -> StagedFile:
    """Return a layer as a file: the same bytes unfold to the same name, so that nothing comes in twice."""
    digest = hashlib.sha256(f"{file.sha256} {layer.part}".encode()).hexdigest() if layer.part else file.sha256
    name = f"{file.name}: {layer.part}" if layer.part else file.name
    return replace(StagedFile(name, path, digest, layer=layer), said=(*file.said, *layer.remarks), beside=file.beside)
