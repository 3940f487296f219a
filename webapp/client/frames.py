"""Frames: tiles as a GeoDataFrame; needs geopandas (pip install .[client])."""

from collections.abc import Iterable
from typing import Any

import geopandas


def frame_of(features: Iterable[dict[str, Any]], classes: Iterable[dict[str, Any]]) -> geopandas.GeoDataFrame:
    """Return features as rows, a sample each, in WGS 84; those in image coordinates have no geometry."""
    names = {row["code"]: row["name"] for row in classes}
    frame = geopandas.GeoDataFrame.from_features(list(features), crs="EPSG:4326")
    if frame.empty:
        return frame
    frame["class"] = frame["label"].map(names)
    frame["suggested_class"] = frame["suggested"].map(names)
    return frame.set_index("sample")
