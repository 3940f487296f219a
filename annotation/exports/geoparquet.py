"""GeoParquet 1.1: samples and painted areas as tables with geometry, for GeoPandas, DuckDB and the cloud."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyproj import CRS

from annotation.exports.format import Format, Group
from annotation.exports.layers import about, layers_of
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot
from annotation.exports.table import Extent, wkb_of

if TYPE_CHECKING:
    import pyarrow as pa

ABOUT = (
    "samples.parquet: GeoParquet 1.1, one tile a row, labelled or not, in WGS 84; 'crs' and 'transform' tell of its "
    "own pixels."
)
ABOUT_AREAS = " areas.parquet: what was painted, one row a class and tile."

_ROWS = 20_000  # of a group
_AT_ONCE = 1000  # of these, that are objects of Python
_BOX = ("xmin", "ymin", "xmax", "ymax")


class More:
    """Columns beside those of plain values, and what the footer says of them: none, unless a format has some."""

    def fields(self) -> "list[pa.Field[Any]]":
        """Return their names and types."""
        return []

    def arrays(self, rows: Sequence[Record]) -> "list[pa.Array[Any]]":
        """Return their values for some rows."""
        return []

    def metadata(self) -> dict[str, str]:
        """Return entries of the footer."""
        return {}


NO_MORE = More()


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write a file a layer: samples.parquet, of painted labels areas.parquet, and what options ask for."""
    for layer in layers_of(snapshot):
        write_table(folder / f"{layer.name}.parquet", layer.columns, layer.rows(), crs=layer.crs)
    return ABOUT + (ABOUT_AREAS if snapshot.task.paints else "") + about(snapshot)


def write_table(
    path: Path,
    columns: dict[str, type],
    rows: Iterable[tuple[Record, Record | None]],
    *,
    crs: str | None = None,
    more: More = NO_MORE,
    rows_of_a_group: int = _ROWS,
) -> None:
    """Write rows with their geometries in groups, so that any number of them needs no memory."""
    import pyarrow as pa  # not above: web processes list the formats, and never load it
    from pyarrow import parquet

    types = {int: pa.int64(), float: pa.float64(), bool: pa.bool_(), str: pa.string()}
    box = pa.struct([(name, pa.float64()) for name in _BOX])
    fields = [("geometry", pa.binary()), ("bbox", box), *((name, types[kind]) for name, kind in columns.items())]
    fields += more.fields()
    schema, extent = pa.schema(fields), Extent()
    with parquet.ParquetWriter(path, schema, compression="zstd") as file:
        left = iter(rows)
        while batches := list(_batches(schema, columns, islice(left, rows_of_a_group), (extent, more))):
            file.write_table(pa.Table.from_batches(batches))
        file.add_key_value_metadata({"geo": json.dumps(_metadata(extent, crs)), **more.metadata()})


def _batches(
    schema: "pa.Schema",
    columns: dict[str, type],
    rows: Iterator[tuple[Record, Record | None]],
    ends: tuple[Extent, More],
) -> "Iterator[pa.RecordBatch]":
    """Yield rows as columns, some at a time: as objects they need twenty times as much memory."""
    import pyarrow as pa

    extent, more = ends
    while chunk := list(islice(rows, _AT_ONCE)):
        arrays = [*_arrays(schema, columns, chunk, extent), *more.arrays([row for row, _ in chunk])]
        yield pa.record_batch(arrays, schema=schema)


def _arrays(
    schema: "pa.Schema", columns: dict[str, type], rows: Iterable[tuple[Record, Record | None]], extent: Extent
) -> "list[pa.Array[Any]]":
    import pyarrow as pa

    placed = [(None, None) if geometry is None else _placed(geometry, extent) for _, geometry in rows]
    arrays = [pa.array([pair[at] for pair in placed], schema.field(at).type) for at in (0, 1)]
    values = zip(*(tuple(map(row.get, columns)) for row, _ in rows), strict=True)
    return arrays + [pa.array(column, schema.field(name).type) for name, column in zip(columns, values, strict=True)]


def _placed(geometry: Record, extent: Extent) -> tuple[bytes, dict[str, float]]:
    return wkb_of(geometry), dict(zip(_BOX, extent.add(geometry), strict=True))


def _metadata(extent: Extent, crs: str | None) -> dict[str, object]:
    """Return what the footer says of the geometry; without a CRS it is longitude and latitude (OGC:CRS84)."""
    around: dict[str, object] = {"bbox": extent.bounds} if extent.bounds else {}
    if crs:
        around["crs"] = CRS.from_user_input(crs).to_json_dict()
    column = {
        "encoding": "WKB",
        "geometry_types": sorted(extent.types),
        "orientation": "counterclockwise",
        "covering": {"bbox": {name: ["bbox", name] for name in _BOX}},
        **around,
    }
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


FORMAT = Format(
    group=Group.TABLES,
    title="GeoParquet",
    text="Tiles and painted areas as tables with geometry: for GeoPandas, DuckDB and the cloud.",
    lacks=("earlier versions and other people's answers", "pixels of masks: areas are outlines"),
    write=write,
    choices=frozenset({"own_crs", "dissolve"}),
)
