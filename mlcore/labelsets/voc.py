"""Pascal VOC: an XML file an image, with boxes."""

from collections.abc import Iterator

from mlcore.errors import UnreadableFile
from mlcore.labelsets.coco import box_ring
from mlcore.labelsets.items import Book, Item, Wishes
from mlcore.labelsets.markup import Element, elements, plain, text
from mlcore.labelsets.package import Package

TITLE = "Pascal VOC"


def suits(package: Package) -> bool:
    """Return whether an XML file in it begins as an annotation."""
    return any(b"<annotation>" in package.start(name, 1024) for name in package.ending(".xml")[:20])


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item a box."""
    for name in package.ending(".xml"):
        try:
            with package.open(name) as file:
                for annotation in elements(file, "annotation", name):
                    yield from _items(name, annotation, book)
        except UnreadableFile as error:
            yield {"at": name, "fault": str(error)}


def _items(name: str, annotation: Element, book: Book) -> Iterator[Item]:
    image = text(annotation, "filename") or name
    size = [text(annotation, "size", "width"), text(annotation, "size", "height")]
    objects = [each for each in annotation if plain(each) == "object"]
    if not objects:  # by which it is said that nothing is there
        yield {"at": name, "file": image, "none": True}
    for number, said in enumerate(objects, 1):
        at = f"{name}: object {number}"
        try:
            edges = [float(text(said, "bndbox", edge)) for edge in ("xmin", "ymin", "xmax", "ymax")]
        except ValueError:
            yield {"at": at, "fault": "It has no box of four numbers."}
            continue
        left, top, right, bottom = edges
        ring = box_ring(left - 1, top - 1, right, bottom)  # pixels are counted from 1, the last one inside
        area = {"key": book.key(text(said, "name") or "?"), "rings": [ring]}
        source = (
            {"author": text(annotation, "source", "annotation")} if text(annotation, "source", "annotation") else {}
        )
        yield {"at": at, "file": image, "size": size, "areas": [area], "part": True, "source": source}
