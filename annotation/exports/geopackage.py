"""GeoPackage: samples and painted areas as layers that QGIS opens in the colours of the classes (OGC 12-128r18)."""

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from annotation.exports.format import Format, Group
from annotation.exports.layers import Layer, about, layers_of
from annotation.exports.qgis_style import style_of
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot
from annotation.exports.table import Extent, wkb_of

ABOUT = (
    "labels.gpkg: layer 'samples' has one tile a row, labelled or not, in WGS 84; 'crs' and 'transform' tell of its "
    "own pixels. QGIS opens it in the colours of the classes."
)
ABOUT_AREAS = " Layer 'areas' has what was painted, one row a class and tile."

_MOMENT = "1980-01-01T00:00:00.000Z"  # of a file that is the same whenever it is made
_OWN_SYSTEMS = 100_000
_SQL_TYPES = {int: "INTEGER", float: "REAL", bool: "BOOLEAN", str: "TEXT"}
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,'
    'AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
_TABLES = """
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT
);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT,
    f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT, ui TEXT, update_time DATETIME
);
"""
_SYSTEMS = [
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", "undefined cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84, "longitude and latitude in degrees"),
]


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write labels.gpkg."""
    file = sqlite3.connect(folder / "labels.gpkg", isolation_level=None)
    try:
        file.execute("PRAGMA journal_mode = OFF")  # nobody else reads it, and a half-written one is thrown away
        file.execute("PRAGMA synchronous = OFF")
        file.executescript(_TABLES)
        file.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
        layers = list(layers_of(snapshot))
        systems = _write_systems(file, [layer.crs for layer in layers])
        for layer in layers:
            _write_layer(file, layer, systems[layer.crs])
        _write_styles(file, snapshot, layers)
        _write_classes(file, snapshot)
    finally:
        file.close()
    return ABOUT + (ABOUT_AREAS if snapshot.task.paints else "") + about(snapshot)


def _write_systems(file: sqlite3.Connection, systems: Iterable[str | None]) -> dict[str | None, int]:
    """Enter the CRS of layers, and return their numbers: EPSG's own, and for others one from 100000."""
    numbers: dict[str | None, int] = {None: 4326}
    for crs in dict.fromkeys(systems):
        if crs is None:
            continue
        told = CRS.from_user_input(crs)
        code = told.to_epsg()
        numbers[crs] = code or _OWN_SYSTEMS + len(numbers)
        organisation = ("EPSG", code) if code else ("NONE", numbers[crs])
        try:
            text = told.to_wkt("WKT1_GDAL")
        except CRSError:
            text = told.to_wkt()
        row = (told.name, numbers[crs], *organisation, text, None)
        file.execute("INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", row)
    return numbers


def _write_layer(file: sqlite3.Connection, layer: Layer, system: int) -> None:
    name, columns = layer.name, layer.columns
    typed = "".join(f', "{column}" {_SQL_TYPES[kind]}' for column, kind in columns.items())
    file.execute(f"CREATE TABLE {name} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY{typed})")
    extent = Extent()
    marks = ", ".join("?" * (len(columns) + 2))
    insert = f"INSERT INTO {name} VALUES ({marks})"  # noqa: S608 - our own names
    file.execute("BEGIN")
    file.executemany(insert, _cells(layer, extent, system))
    around: Sequence[float | None] = extent.bounds or [None] * 4
    told = (name, "features", name, "", _MOMENT, *around, system)
    file.execute("INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", told)
    file.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', ?, 0, 0)", (name, system))
    file.execute("COMMIT")


def _cells(layer: Layer, extent: Extent, system: int) -> Iterator[list[object]]:
    for row, geometry in layer.rows():
        yield [None, _blob(geometry, extent, system) if geometry else None, *map(row.get, layer.columns)]


def _blob(geometry: Record, extent: Extent, system: int) -> bytes:
    """Return a geometry with the header of a GeoPackage: little endian, with its box."""
    west, south, east, north = extent.add(geometry)
    return struct.pack("<2sBBi4d", b"GP", 0, 0b011, system, west, east, south, north) + wkb_of(geometry)


def _write_styles(file: sqlite3.Connection, snapshot: Snapshot, layers: Iterable[Layer]) -> None:
    for layer in layers:
        qml = style_of(snapshot, layer.kind)
        told = ("", "", layer.name, "geom", "Classes", qml, "", True, "Colours of the classes", "", None, _MOMENT)
        marks = ", ".join("?" * len(told))
        file.execute(f"INSERT INTO layer_styles VALUES (NULL, {marks})", told)  # noqa: S608 - marks alone
    listed = ("layer_styles", "attributes", "layer_styles", "", _MOMENT, None, None, None, None, None)
    file.execute("INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", listed)


def _write_classes(file: sqlite3.Connection, snapshot: Snapshot) -> None:
    file.execute(
        'CREATE TABLE classes (code INTEGER PRIMARY KEY, name TEXT, "group" TEXT, colour TEXT, definition TEXT, '
        "merged_into INTEGER)"
    )
    columns = ("code", "name", "group", "colour", "definition", "merged_into")
    rows = [tuple(map(each.get, columns)) for each in snapshot.classes]
    file.executemany("INSERT INTO classes VALUES (?, ?, ?, ?, ?, ?)", rows)
    told = ("classes", "attributes", "classes", "", _MOMENT, None, None, None, None, None)
    file.execute("INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", told)


FORMAT = Format(
    group=Group.MAPS,
    title="GeoPackage",
    text="Tiles and painted areas as layers in the colours of the classes: for QGIS and any GIS.",
    lacks=("earlier versions and other people's answers", "pixels of masks: areas are outlines"),
    write=write,
    choices=frozenset({"own_crs", "dissolve"}),
)
