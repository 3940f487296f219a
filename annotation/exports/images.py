"""Pictures of the labelled tiles: chips of 8 bits as they came, all else in the first composite of the newest scene."""

import io
from pathlib import Path

from PIL import Image

from annotation.exports.cells import Cell
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot
from annotation.looks import look_of
from annotation.models import Scene

ABOUT = "images/: a PNG of each tile in its own pixels, in the first composite of the newest scene that shows it."
ABOUT_CHIPS = " Ready-made chips are called as they were, in their own size, and those of 8 bits in their own colours."


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write images/<stem>.png for each label."""
    (folder / "images").mkdir()
    for record in snapshot:
        scene = snapshot.newest_scene(record)
        if scene is not None:
            path = folder / picture_name(record)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(draw(scene, snapshot.cell(record)))
    return ABOUT + (ABOUT_CHIPS if snapshot.has_chips else "")


def picture_name(record: Record) -> str:
    """Return the path of a tile's picture in the export."""
    return f"images/{record['stem']}.png"


def draw(scene: Scene, cell: Cell) -> bytes:
    """Return the PNG of a tile, without the padding beside a chip."""
    square = scene.asset.reader.picture(scene.file, cell.spec, cell.column, cell.row, look_of(scene))
    if not cell.is_padded:
        return square
    whole, cut = Image.open(io.BytesIO(square), formats=("PNG",)), io.BytesIO()
    picture = whole.crop((0, 0, cell.width, cell.height))
    if picture.mode in ("RGBA", "LA") and picture.getextrema()[-1] == (255, 255):
        picture = picture.convert("RGB" if picture.mode == "RGBA" else "L")  # only the padding was transparent
    picture.save(cut, "PNG", compress_level=1)
    return cut.getvalue()
