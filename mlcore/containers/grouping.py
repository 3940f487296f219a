"""Grouping: which files belong together, by their names alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from mlcore.containers.described import ITEMS
from mlcore.containers.envi import DATA
from mlcore.containers.placed import IMAGES, WORLD
from mlcore.containers.planet import MASK
from mlcore.containers.products import band_file, is_left_out, is_metadata, product_name, product_of
from mlcore.containers.spectral import IMAGE, MASKS, TEXT

_LEAST_BANDS = 2
_FEW_ITEMS = 20
Side = tuple[str, str]  # a folder, and the product that a file in it is of
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
    stores = [*_stores(names), *_patches(names), *_spectral(names), *_planet(names)]
    taken = {name for group in stores for name in (*group.members, *group.left_out)}
    rest = [name for name in names if name not in taken]
    groups = [*stores, *_stacks(rest)]
    taken |= {name for group in groups for name in (*group.members, *group.left_out)}
    rest = [name for name in names if name not in taken]
    cubes = _pairs(rest)
    taken = {name for group in cubes for name in group.members}
    rest = [name for name in rest if name not in taken]
    placed = _placed(rest)
    taken = {name for group in placed for name in group.members}
    return [*groups, *cubes, *placed, *_described([name for name in rest if name not in taken])]


def _stores(names: Sequence[str]) -> list[Group]:
    """Return each Zarr store: the highest folder with its signs, and all in it."""
    roots = {_folder(name) for name in names if name.endswith(_ZARR) and _file(name) in _ZARR}
    tops = {root: _highest(root, roots) for root in roots}
    inside = _below(names, set(tops.values())) if roots else {}
    return [Group("zarr", PurePosixPath(top).name or "store.zarr", tuple(members)) for top, members in inside.items()]


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _file(name: str) -> str:
    return name.rpartition("/")[2]


def _ancestors(folder: str) -> list[str]:
    """Return a folder and those above it, the highest first, which is ''."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:count]) for count in range(len(parts) + 1)]


def _highest(root: str, roots: set[str]) -> str:
    return next(above for above in _ancestors(root) if above in roots)


def _below(names: Sequence[str], tops: set[str]) -> dict[str, list[str]]:
    """Return the files in each of some folders, or below it."""
    inside: dict[str, list[str]] = {}
    for name in names:
        top = next((above for above in _ancestors(_folder(name)) if above in tops), None)
        if top is not None:
            inside.setdefault(top, []).append(name)
    return inside


def _patches(names: Sequence[str]) -> list[Group]:
    """Return each patch of eo-learn: a folder with timestamps, a box, and arrays below it."""
    boxes = {_folder(name) for name in names if _file(name) == "bbox.geojson"}
    times = {_folder(name): name for name in names if _file(name) == "timestamps.json"}
    inside = _below(names, boxes & times.keys()) if boxes else {}
    return [
        Group("eopatch", PurePosixPath(top).name or "patch", (times[top], *(n for n in members if n != times[top])))
        for top, members in inside.items()
    ]


def _spectral(names: Sequence[str]) -> list[Group]:
    """Return the cubes of EnMAP and DESIS with their metadata and masks; other rasters of the product stay unread."""
    lower = {name.lower(): name for name in names}
    groups = []
    for low, name in lower.items():
        stem, sign, _ = low.rpartition(IMAGE)
        if sign and low.endswith(IMAGES) and stem + TEXT in lower:
            masks = [lower[stem + mask] for mask in MASKS if stem + mask in lower]
            sides = [lower[each] for each in lower if each.startswith(stem + "-ql_") and lower[each] not in masks]
            groups.append(Group("spectral", name, (name, lower[stem + TEXT], *masks), tuple(sides)))
    shared = Counter(group.members[1] for group in groups)
    return [group for group in groups if shared[group.members[1]] == 1]  # two detectors' files share one text


def _planet(names: Sequence[str]) -> list[Group]:
    """Return the images of PlanetScope with their UDM2: of several, the one that the text calls reflectance."""
    lower = {name.lower(): name for name in names if name.lower().endswith((".tif", ".tiff"))}
    groups = []
    for low, name in lower.items():
        stem, sign, _ = low.rpartition(MASK)
        images = [each for each in lower if sign and each.startswith(f"{stem}_analytic")]
        if images:
            image = lower[next((each for each in images if "_sr" in each), images[0])]
            groups.append(Group("planet", image, (image, name)))
    return groups


def _stacks(names: Sequence[str]) -> list[Group]:
    """Return the files of single bands that have a product in common."""
    products: dict[str, list[str]] = {}
    for name in names:
        if file := band_file(name):
            products.setdefault(file.product.lower(), []).append(name)
    stacks = [files for files in products.values() if _is_stack(files)]
    taken = {name for files in stacks for name in files}
    sides: dict[Side, list[str]] = {}
    for name in names if stacks else ():
        if name not in taken and (is_metadata(name) or is_left_out(name)):
            for product in ("", product_of(name)):
                sides.setdefault((_root(name), product), []).append(name)
    shared = Counter(root for files in stacks for root in {_root(name) for name in files})
    return [_stack(files, sides, shared) for files in stacks]


def _stack(files: Sequence[str], sides: Mapping[Side, Sequence[str]], shared: Mapping[str, int]) -> Group:
    """Return a stack with the texts and other files of its product."""
    title = product_name(files)
    beside = list[str]()
    for root in sorted({_root(name) for name in files}):
        wanted = "" if shared[root] == 1 else PurePosixPath(title).name.lower()  # '' takes all that lies there
        beside += sides.get((root, wanted), ())
    texts = [name for name in beside if is_metadata(name)]
    left = tuple(name for name in beside if is_left_out(name))
    return Group("bands", title, (*files, *texts), left)


def _is_stack(files: Sequence[str]) -> bool:
    told = [file for name in files if (file := band_file(name))]
    return len({file.band for file in told if not file.is_quality}) >= _LEAST_BANDS


def _root(name: str) -> str:
    """Return the .SAFE folder that a file lies in, else its folder."""
    safe, sign, _ = name.partition(".SAFE/")
    return safe + sign if sign else _folder(name)


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
            sides.setdefault(name.lower().rpartition(".")[0], []).append(name)
    groups = []
    for name in names if sides else ():
        if name.lower().endswith(IMAGES):
            beside = [*sides.get(name.lower().rpartition(".")[0], []), *sides.get(name.lower(), [])]
            if beside:
                groups.append(Group("placed", name, (name, *beside)))
    return groups


def _described(names: Sequence[str]) -> list[Group]:
    """Return the images with a STAC item beside them; among many, a plain .json may say anything, as labels do."""
    lower = {name.lower(): name for name in names if name.lower().endswith(".json")}
    groups = []
    for name in names if lower else ():
        if name.lower().endswith(IMAGES):
            stems = (name.lower().rpartition(".")[0], name.lower())
            told = next((lower[stem + ending] for ending in ITEMS for stem in stems if stem + ending in lower), None)
            if told:
                groups.append(Group("described", name, (name, told)))
    plain = [group for group in groups if not says_stac(group)]
    return groups if len(plain) <= _FEW_ITEMS else [group for group in groups if says_stac(group)]


def says_stac(group: Group) -> bool:
    """Return whether the item beside an image is called one."""
    return "stac" in _file(group.members[1]).lower()
