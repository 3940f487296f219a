"""Pascal VOC: an XML file a tile with boxes around its painted areas, and lists of splits."""

from pathlib import Path
from xml.etree import ElementTree as xml

from shapely import Polygon

from annotation.exports.format import Format, Group
from annotation.exports.images import draw
from annotation.exports.outlines import outlines_of
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot

ABOUT = (
    "Annotations/<stem>.xml: each box, or a box around each connected area, in pixels from 1 as VOC counts them; "
    "JPEGImages/<stem>.png are the pictures, ImageSets/Main/train.txt, val.txt and test.txt list stems; without splits "
    "all are in train.txt."
)
_LISTS = {"train": "train", "validation": "val", "test": "test"}


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write an XML file and a picture a label."""
    lists: dict[str, list[str]] = {name: [] for name in _LISTS.values()}
    for record in snapshot:
        scene = snapshot.newest_scene(record)
        if scene is None:
            continue
        told, picture = folder / "Annotations" / record["stem"], folder / "JPEGImages" / record["stem"]
        for path in (told, picture):
            path.parent.mkdir(parents=True, exist_ok=True)
        told.with_name(f"{told.name}.xml").write_text(_annotation(snapshot, record), encoding="utf-8")
        picture.with_name(f"{picture.name}.png").write_bytes(draw(scene, snapshot.cell(record)))
        if listed := _LISTS.get(record.get("split", "train")):
            lists[listed].append(record["stem"])
    (folder / "ImageSets" / "Main").mkdir(parents=True)
    for name, stems in lists.items():
        path = folder / "ImageSets" / "Main" / f"{name}.txt"
        path.write_text("".join(f"{stem}\n" for stem in stems), encoding="utf-8")
    return ABOUT


def _annotation(snapshot: Snapshot, record: Record) -> str:
    cell = snapshot.cell(record)
    root = xml.Element("annotation")
    _tell(root, folder="JPEGImages", filename=f"{record['stem']}.png")
    _tell(xml.SubElement(root, "source"), database=snapshot.project.name, image=record.get("scene", ""))
    _tell(xml.SubElement(root, "size"), width=cell.width, height=cell.height, depth=3)
    _tell(root, segmented=0)
    for code, outline in outlines_of(snapshot, record):
        said = xml.SubElement(root, "object")
        _tell(
            said,
            name=snapshot.names[code],
            pose="Unspecified",
            truncated=int(_is_cut(outline, cell.width, cell.height)),
        )
        _tell(said, difficult=0)
        left, top, right, bottom = (int(edge) for edge in outline.bounds)
        _tell(xml.SubElement(said, "bndbox"), xmin=left + 1, ymin=top + 1, xmax=right, ymax=bottom)
    xml.indent(root)
    return xml.tostring(root, encoding="unicode") + "\n"


def _tell(parent: xml.Element, **entries: object) -> None:
    for name, value in entries.items():
        xml.SubElement(parent, name).text = str(value)


def _is_cut(outline: Polygon, width: int, height: int) -> bool:
    """Return whether an area touches the edge of its tile, and may go on beyond."""
    left, top, right, bottom = outline.bounds
    return left <= 0 or top <= 0 or right >= width or bottom >= height


FORMAT = Format(
    group=Group.TRAINING,
    title="Pascal VOC",
    text="Boxes, drawn or around painted areas, as XML, with pictures and lists: for object detectors.",
    lacks=("outlines: an area is a box", "place", "who said what, when and how surely", "samples without a label"),
    write=write,
)
