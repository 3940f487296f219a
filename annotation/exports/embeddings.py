"""Embeddings: the vector that the project's encoder makes of each sample, as GeoParquet with the fields of `geoemb:`.

The fields are those of the Geoembeddings convention, version 1 (geo-embeddings/embeddings-zarr-convention, a proposal),
which speaks of Zarr; here they stand in the footer of a Parquet file, and in a JSON file beside it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from annotation import storage
from annotation.arrays.vectors import Vectors, folder_of
from annotation.encoders import title_of
from annotation.errors import NotReady
from annotation.exports.archive import checksum
from annotation.exports.format import Format, Group
from annotation.exports.geoparquet import More, write_table
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot
from annotation.exports.table import columns_of, row_of
from annotation.models import Project
from mlcore.raster.metric import ground_step

if TYPE_CHECKING:
    import pyarrow as pa

ABOUT = (
    "embeddings.parquet: GeoParquet 1.1, one row a sample that has a vector, labelled or not; 'embedding' is what the "
    "encoder makes of it, in the encoder's own numbers (kept at half precision), so that vectors of several projects "
    "with the same encoder can be compared. embeddings.json, and the footer of the file, tell of the encoder in the "
    "fields of the Geoembeddings convention, version 1 (geoemb:)."
)
CONVENTION = {
    "schema_url": "https://raw.githubusercontent.com/geo-embeddings/embeddings-zarr-convention/refs/tags/v1/schema.json",
    "spec_url": "https://github.com/geo-embeddings/embeddings-zarr-convention/blob/v1/README.md",
    "uuid": "61c12cc5-0e28-4056-999a-480cf3fb7e4c",
    "name": "geoemb:",
    "description": "Geoembeddings convention for geospatial embedding arrays with model provenance",
}
_SOURCES = 100  # scenes that are named one by one
_ROWS = 4000  # of a group; vectors of some hundred numbers are wide


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write embeddings.parquet and embeddings.json."""
    kept = _Kept(snapshot.project, digest_of(snapshot.project))
    told = _fields(snapshot, folder, kept)
    rows = _rows(snapshot, kept)
    write_table(
        folder / "embeddings.parquet", columns_of(snapshot), rows, more=_Column(kept, told), rows_of_a_group=_ROWS
    )
    (folder / "embeddings.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return ABOUT


def has_vectors(project: Project) -> bool:
    """Return whether samples were ranked by vectors."""
    return project.rounds.exclude(encoder="").exists()


def digest_of(project: Project) -> str:
    """Return the digest of the encoder whose vectors rank and suggest today.

    Raises:
        NotReady: no sample has a vector yet.
    """
    there = storage.folders(folder_of(project) / "vectors")
    newest = project.rounds.order_by("-id").values_list("encoder", flat=True).first()
    if newest in there:
        return str(newest)
    counts = {digest: int(Vectors(project, digest).present.sum()) for digest in sorted(there)}
    if not any(counts.values()):
        raise NotReady("The tiles have no vectors yet; wait until they are embedded, and make this export again.")
    return max(counts, key=lambda digest: counts[digest])


@dataclass(frozen=True)
class _Kept:
    """The vectors of one encoder as they are kept."""

    project: Project
    digest: str

    @cached_property
    def vectors(self) -> Vectors:
        """Return the arrays."""
        return Vectors(self.project, self.digest)

    @cached_property
    def present(self) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """Return which rows are there."""
        return self.vectors.present

    @cached_property
    def stored(self) -> "np.ndarray[Any, np.dtype[np.float16]]":
        """Return them as they lie on the disk, [N, dim]."""
        return self.vectors.read()

    def has(self, index: int) -> bool:
        """Return whether a sample has a vector."""
        return index < len(self.present) and bool(self.present[index])

    def own(self, indices: Sequence[int]) -> "np.ndarray[Any, np.dtype[np.float32]]":
        """Return vectors [n, dim] in the numbers of the encoder."""
        return self.vectors.restored(np.asarray(self.stored[list(indices)]))


class _Column(More):
    """The column of vectors."""

    def __init__(self, kept: _Kept, told: dict[str, Any]) -> None:
        """Take the vectors and what is told of them."""
        self.kept, self.told = kept, told

    def fields(self) -> "list[pa.Field[Any]]":
        """Return its type: as many single-precision numbers as a vector has."""
        import pyarrow as pa

        return [pa.field("embedding", pa.list_(pa.float32(), self.kept.stored.shape[1]))]

    def arrays(self, rows: Sequence[Record]) -> "list[pa.Array[Any]]":
        """Return the vectors of some rows."""
        import pyarrow as pa

        vectors = self.kept.own([row["index"] for row in rows])
        return [pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])]

    def metadata(self) -> dict[str, str]:
        """Return the fields, each under its own key; what is no text as JSON."""
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in self.told.items()}


def _rows(snapshot: Snapshot, kept: _Kept) -> Iterator[tuple[Record, Record | None]]:
    for record in snapshot.everything():
        if kept.has(record["index"]):
            yield row_of(snapshot, record), record.get("outline")


def _fields(snapshot: Snapshot, folder: Path, kept: _Kept) -> dict[str, Any]:
    """Return what the convention has to say of the vectors."""
    project = snapshot.project
    named = project.model_versions.filter(encoder=kept.digest).values_list("encoder_name", flat=True).first()
    side = project.tile_px
    regular = not snapshot.has_chips
    layout = {"layout_type": "regular_grid" if regular else "irregular", "chip_size": [side, side]}
    gsd = _gsd(snapshot)
    return {
        "zarr_conventions": [CONVENTION],
        "geoemb:type": "chip",
        "geoemb:dimensions": int(kept.stored.shape[1]),
        "geoemb:model": f"urn:sha256:{kept.digest}",
        "geoemb:source_data": _sources(snapshot, folder),
        "geoemb:data_type": "float32",
        **({"geoemb:gsd": gsd} if gsd else {}),
        "geoemb:chip_layout": layout | ({"stride": [side, side]} if regular else {}),
        "terrascribe:encoder": named or title_of(project, project.encoder),
        "terrascribe:stored_as": "float16, centred and scaled for each dimension by the first batch",
    }


def _sources(snapshot: Snapshot, folder: Path) -> list[str]:
    """Return the files that the vectors were made of, by their checksums; of many the list of them."""
    assets = snapshot.project.scenes.order_by("asset__sha256").values_list("asset__sha256", flat=True)
    sums = list(assets.distinct()[: _SOURCES + 1])
    if not 0 < len(sums) <= _SOURCES:
        sums = [checksum(folder / "scenes.jsonl")]
    return [f"urn:sha256:{sha256}" for sha256 in sums]


def _gsd(snapshot: Snapshot) -> float | None:
    """Return the side in metres of a pixel of the labels, where all have the same."""
    record = next(iter(snapshot.everything()), None)
    if snapshot.has_chips or len(snapshot.grids) != 1 or record is None or "outline" not in record:
        return None
    cell = snapshot.cell(record)
    return float(f"{ground_step(cell.spec.crs, cell.transform, (cell.height, cell.width)):.4g}")


FORMAT = Format(
    group=Group.TABLES,
    title="Embeddings",
    text="The encoder's vector of each sample beside its label and place: for search, clustering and other heads.",
    lacks=("what is painted", "feature maps of pixels", "earlier versions and other people's answers"),
    write=write,
    has=has_vectors,
)
