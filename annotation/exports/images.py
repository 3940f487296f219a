"""Pictures of the labelled tiles, in the first composite of the newest scene that shows each."""

from functools import lru_cache
from pathlib import Path

from annotation.exports.snapshot import Record, Snapshot
from annotation.models import Scene
from mlcore.raster.style import Style, style_for

ABOUT = "images/: a PNG of each tile in its own pixels, in the first composite of the newest scene that shows it."


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write images/tile-<index>.png for each label."""
    (folder / "images").mkdir()
    for record in snapshot:
        scene = snapshot.newest_scene(record)
        if scene is not None:
            picture = scene.asset.reader.picture(scene.asset.file, *snapshot.cell(record), style_of(scene))
            (folder / picture_name(record)).write_bytes(picture)
    return ABOUT


def picture_name(record: Record) -> str:
    """Return the path of a tile's picture in the export."""
    return f"images/tile-{record['index']:07d}.png"


@lru_cache(maxsize=64)
def style_of(scene: Scene) -> Style:
    """Return the scene's first composite with the usual stretch."""
    return style_for(scene.get_sensor(), scene.asset.statistics())
