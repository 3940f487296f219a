"""Grouping: which files belong together, by their names alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from mlcore.containers.envi import DATA
from mlcore.containers.placed import IMAGES, WORLD
from mlcore.containers.products import band_file, is_left_out, is_metadata, product_name

_LEAST_BANDS = 2
_ZARR = (".zgroup", ".zarray", "zarr.json")


@dataclass(frozen=True)
class Group:
    """Files that are one thing."""

    container: str  # its code
    name: str  # for people
    members: tuple[str, ...]  # the main one first
    left_out: tuple[str, ...] = ()  # files of it that are not read


def grouped(names: Sequence[str]) -> list[Group]:
    """Return the groups among files; what is in none of them stands for itself."""
    stores = [*_stores(names), *_patches(names)]
    taken = {name for group in stores for name in group.members}
    rest = [name for name in names if name not in taken]
    groups = [*stores, *_stacks(rest)]
    taken |= {name for group in groups for name in (*group.members, *group.left_out)}
    rest = [name for name in names if name not in taken]
    cubes = _pairs(rest)
    taken = {name for group in cubes for name in group.members}
    return [*groups, *cubes, *_placed([name for name in rest if name not in taken])]


def _stores(names: Sequence[str]) -> list[Group]:
    """Return each Zarr store: the highest folder with its signs, and all in it."""
    roots = sorted({str(PurePosixPath(name).parent) for name in names if PurePosixPath(name).name in _ZARR}, key=len)
    highest: list[str] = []
    for root in roots:
        if not any(root.startswith("" if top == "." else f"{top}/") for top in highest):
            highest.append(root)
    stores = [(top, [name for name in names if top == "." or name.startswith(f"{top}/")]) for top in highest]
    return [Group("zarr", PurePosixPath(top).name or "store.zarr", tuple(inside)) for top, inside in stores]


def _patches(names: Sequence[str]) -> list[Group]:
    """Return each patch of eo-learn: a folder with timestamps, a box, and arrays below it."""
    there = set(names)
    groups = []
    for name in names:
        path = PurePosixPath(name)
        start = "" if str(path.parent) == "." else f"{path.parent}/"
        if path.name == "timestamps.json" and f"{start}bbox.geojson" in there:
            inside = tuple(other for other in names if other.startswith(start))
            groups.append(Group("eopatch", path.parent.name or "patch", (name, *(n for n in inside if n != name))))
    return groups


def _stacks(names: Sequence[str]) -> list[Group]:
    """Return the files of single bands that have a product in common."""
    products: dict[str, list[str]] = {}
    for name in names:
        if file := band_file(name):
            products.setdefault(file.product.lower(), []).append(name)
    stacks = {key: files for key, files in products.items() if _is_stack(files)}
    groups = []
    for files in stacks.values():
        roots = {_root(name) for name in files}
        beside = [name for name in names if name not in files and _belongs(name, roots, len(stacks), files)]
        texts = [name for name in beside if is_metadata(name)]
        left = tuple(name for name in beside if is_left_out(name))
        groups.append(Group("bands", product_name(files), (*files, *texts), left))
    return groups


def _is_stack(files: Sequence[str]) -> bool:
    told = [file for name in files if (file := band_file(name))]
    return len({file.band for file in told if not file.is_quality}) >= _LEAST_BANDS


def _root(name: str) -> str:
    """Return the .SAFE folder that a file lies in, else its folder."""
    safe, sign, _ = name.partition(".SAFE/")
    return safe + sign if sign else str(PurePosixPath(name).parent)


def _belongs(name: str, roots: set[str], stacks: int, files: Sequence[str]) -> bool:
    """Return whether a file that is no band is of the product of some bands."""
    if not (is_metadata(name) or is_left_out(name)):
        return False
    if any(name.startswith(root) for root in roots if root.endswith(".SAFE/")):
        return True
    stem = PurePosixPath(product_name(files)).name
    own = PurePosixPath(name).name.lower().startswith(stem.lower()) and bool(stem)
    return own or (stacks == 1 and str(PurePosixPath(name).parent) in roots)


def _pairs(names: Sequence[str]) -> list[Group]:
    """Return the headers of ENVI with their data: 'cube.bsq' or 'cube' beside 'cube.hdr', or 'cube.bsq.hdr'."""
    lower = {name.lower(): name for name in names}
    groups = []
    for name in names:
        if not name.lower().endswith(".hdr"):
            continue
        stem = name[: -len(".hdr")].lower()
        data = next((lower[stem + ending] for ending in ("", *DATA) if stem + ending in lower), None)
        if data and not data.lower().endswith((*IMAGES, ".hdr")):
            groups.append(Group("envi", PurePosixPath(data).name, (data, name)))
    return groups


def _placed(names: Sequence[str]) -> list[Group]:
    """Return the images with a world file or a projection beside them."""
    sides: dict[str, list[str]] = {}
    for name in names:
        if name.lower().endswith((*WORLD, ".prj")):
            path = PurePosixPath(name)
            sides.setdefault(str(path.with_suffix("")).lower(), []).append(name)
    groups = []
    for name in names:
        path = PurePosixPath(name)
        if path.suffix.lower() in IMAGES:
            beside = [*sides.get(str(path.with_suffix("")).lower(), []), *sides.get(name.lower(), [])]
            if beside:
                groups.append(Group("placed", str(path), (name, *beside)))
    return groups
