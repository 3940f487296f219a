"""Slovenia (Sentinel-2, 101 x 100 px, NDVI of the twelve clearest dates): land use of a pixel, as farmers stated it."""

import json
from datetime import datetime
from pathlib import Path

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Places, Rows, Task, digest_of, frequent
from mlcore.benchmarks.datasets.series import index_sensor, one_pixel
from mlcore.samples import Sample

FOLDER = Path("eolearn_testpatch/TestEOPatch")
_DATES, _BLOCK_PX, _MOST, _LEAST_MEMBERS = 12, 16, 4000, 60
_SENSOR = index_sensor("sentinel2-ndvi", "Sentinel-2 vegetation index", ("ndvi",), 10.0)


def load(root: Path) -> DataSet:
    """Return a fixed random part of the pixels whose land use is known, each by its series.

    Raises:
        DataAbsent: the patch is not there.
    """
    folder = root / FOLDER
    if not (folder / "data/NDVI.npy").is_file():
        raise DataAbsent(f"{folder} is not there.")
    values = np.load(folder / "data/NDVI.npy", allow_pickle=False)[..., 0].astype(np.float32)
    valid = np.load(folder / "mask/IS_VALID.npy", allow_pickle=False)[..., 0].astype(bool) & np.isfinite(values)
    truth = np.load(folder / "mask_timeless/LULC.npy", allow_pickle=False)[..., 0].astype(np.int64)
    stated = json.loads((folder / "timestamps.json").read_text())
    clear = np.sort(np.argsort(-valid.mean((1, 2)), kind="stable")[:_DATES])
    days = [datetime.fromisoformat(stated[index]).date() for index in clear]
    row, column = np.nonzero((truth > 0) & valid[clear].all(0))
    kept = frequent(truth[row, column], _LEAST_MEMBERS)
    kept = np.sort(np.random.default_rng(0).permutation(kept)[:_MOST])
    row, column = row[kept], column[kept]
    series = np.ascontiguousarray(values[clear][:, row, column].T)
    targets = truth[row, column]

    def cut(rows: Rows) -> list[Sample]:
        return [one_pixel(series[row][:, None], days, _SENSOR, None) for row in rows]

    return DataSet(
        "slovenia",
        "Slovenia series",
        Task.CLASSES,
        targets,
        Places(row.astype(np.float64) + 0.5, column.astype(np.float64) + 0.5, 1.0, _BLOCK_PX),
        {"ndvi": cut},
        (5, 20),
        digest_of(series, targets, row, column),
        files=("TestEOPatch",),
        licence="eo-learn, MIT; modified Copernicus Sentinel data; RABA of MKGP, open",
        note=f"classes with fewer than {_LEAST_MEMBERS} px are left out",
        centred=False,
    )
