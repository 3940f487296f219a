"""Vectors: GeoPackage, shapefile and KML, read by GDAL, each told by its first bytes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely
from shapely.errors import GEOSException

from mlcore.errors import BadGeoreference, UnreadableFile, UnsafeFile
from mlcore.labelsets.columns import class_column, saying
from mlcore.labelsets.ground import Placing
from mlcore.labelsets.items import Book, Item, Wishes
from mlcore.labelsets.package import Package

TITLE = "GeoPackage, zipped shapefile or KML"
_MAGIC = {".gpkg": b"SQLite format 3\0", ".shp": b"\x00\x00\x27\x0a", ".kml": b"<"}
_BESIDE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_STEP = 20_000  # features at once
_LACKS = "Its layer has no column {!r}."
_MOST_XML = 256 * 2**20


def suits(package: Package) -> bool:
    """Return whether it holds such a file."""
    return bool(_files(package))


def _files(package: Package) -> list[str]:
    names = package.ending(*_MAGIC)
    return [name for name in names if package.start(name, 64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_magic(name))]


def _magic(name: str) -> bytes:
    return _MAGIC[PurePosixPath(name.lower()).suffix]


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item a feature, of each layer."""
    import pyogrio

    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(_files(package)):
            path = _laid_out(package, name, Path(folder) / str(number))
            try:
                layers = [(str(layer), kind) for layer, kind in pyogrio.list_layers(path)]
                for layer, kind in layers:
                    if kind is not None:
                        yield from _layer(path, layer, (name, len(layers) > 1), wishes, book)
            except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
                raise UnreadableFile(f"{name} cannot be read ({str(error)[:200]}); write it again.") from error
    if wishes.column and not book.column:
        raise UnreadableFile(f"There is no column {wishes.column!r}; there are: {', '.join(book.columns[:20])}.")


def _laid_out(package: Package, name: str, folder: Path) -> Path:
    """Write a file, with those that belong to it, under names of ours."""
    folder.mkdir()
    ending = PurePosixPath(name.lower()).suffix
    if ending == ".kml" and b"<!DOCTYPE" in package.read(name, _MOST_XML):
        raise UnsafeFile(f"{name} declares a document type; write it without.")
    wanted = _BESIDE if ending == ".shp" else (ending,)
    stem = str(PurePosixPath(name).with_suffix(""))
    for each in package.names:
        path = PurePosixPath(each)
        if str(path.with_suffix("")) == stem and path.suffix.lower() in wanted:
            with package.open(each) as source, (folder / f"layer{path.suffix.lower()}").open("wb") as copy:
                while block := source.read(2**20):
                    copy.write(block)
    if ending == ".shp" and not (folder / "layer.dbf").exists():
        raise UnreadableFile(f"{name} lacks its .dbf, in which the classes stand; zip it together with that.")
    return folder / f"layer{ending}"


def _layer(path: Path, layer: str, called: tuple[str, bool], wishes: Wishes, book: Book) -> Iterator[Item]:
    from pyogrio.raw import read as read_features

    name, several = called
    start, column, placing = 0, "", None
    while True:
        meta, _, shapes, values = read_features(path, layer=layer, skip_features=start, max_features=_STEP)
        if shapes is None:
            return
        fields = [str(field) for field in meta["fields"]]
        if placing is None:
            placing = Placing(meta["crs"], wishes, book)
            column = _column(fields, wishes, book)
        for at in range(len(shapes)):
            row = {field: _plain(values[place][at]) for place, field in enumerate(fields)}
            where = f"{name}: {layer + ' ' if several else ''}feature {start + at + 1}"
            lacks = bool(wishes.column) and not column
            told = {"fault": _LACKS.format(wishes.column)} if lacks else _item(row, shapes[at], column, placing, book)
            yield {"at": where, **told}
        start += len(shapes)
        if len(shapes) < _STEP:
            return


def _column(fields: list[str], wishes: Wishes, book: Book) -> str:
    """Return the column of a layer with the class; other layers may have other columns."""
    before, last = book.columns, book.column
    here = not wishes.column or wishes.column in fields
    column = class_column(fields, wishes, book) if here else ""
    book.columns = list(dict.fromkeys([*before, *fields]))[:100]
    book.column = column or last
    return column


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and np.isnan(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _item(row: dict[str, Any], wkb: Any, column: str, placing: Placing, book: Book) -> Item:
    item = saying(row, column, book)
    if "fault" in item:
        return item
    if wkb is None:
        return {"fault": "It has no geometry."}
    try:
        return {**item, "shape": placing.shape(shapely.from_wkb(wkb))}
    except (BadGeoreference, GEOSException) as error:
        return {"fault": str(error)}
