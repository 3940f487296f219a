"""How QGIS shows a layer: one fill a class, or one a status, as QML."""

from collections.abc import Sequence
from xml.etree import ElementTree as xml

from annotation.exports.records import DISPUTED, NEGATIVE, NO_DATA, SKIPPED, UNLABELLED, UNSURE
from annotation.exports.snapshot import Snapshot

_STATUSES = {  # colours of samples without a class
    UNLABELLED: "#bdbdbd", NO_DATA: "#5c5c5c", SKIPPED: "#d9c27a", UNSURE: "#e08a3c", DISPUTED: "#c23b3b",
    NEGATIVE: "#ffffff",
}  # fmt: skip
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def style_of(snapshot: Snapshot, layer: str) -> str:
    """Return the QML of a layer: by class where rows name one, and else by status."""
    classes = [(str(each["code"]), each["name"], each["colour"]) for each in snapshot.used_classes]
    statuses = [(status, status.replace("_", " "), colour) for status, colour in _STATUSES.items()]
    if layer in ("areas", "objects", "dissolved"):
        points = layer == "objects" and snapshot.task.points
        return _categories('"label"', classes, alpha=0.9 if points else 0.6, points=points)
    if "label" in snapshot.task.columns:
        return _categories('coalesce(to_string("label"), "status")', [*classes, *statuses], alpha=0.5)
    return _categories('"status"', [("labelled", "labelled", "#0072b2"), *statuses], alpha=0.5)


def _categories(attribute: str, rows: Sequence[tuple[str, str, str]], *, alpha: float, points: bool = False) -> str:
    root = xml.Element("qgis", version="3.22.0", styleCategories="Symbology")
    options = {"symbollevels": "0", "enableorderby": "0", "forceraster": "0", "attr": attribute}
    renderer = xml.SubElement(root, "renderer-v2", {"type": "categorizedSymbol", **options})
    categories, symbols = xml.SubElement(renderer, "categories"), xml.SubElement(renderer, "symbols")
    for number, (value, title, colour) in enumerate(rows):
        xml.SubElement(categories, "category", value=value, symbol=str(number), label=title, render="true")
        _fill(symbols, str(number), colour, alpha, points=points)
    xml.indent(root)
    return _DOCTYPE + xml.tostring(root, encoding="unicode") + "\n"


def _fill(symbols: xml.Element, name: str, colour: str, alpha: float, *, points: bool) -> None:
    kind, drawn = ("marker", "SimpleMarker") if points else ("fill", "SimpleFill")
    symbol = xml.SubElement(symbols, "symbol", type=kind, name=name, alpha=str(alpha), clip_to_extent="1")
    layer = xml.SubElement(symbol, "layer", {"class": drawn, "enabled": "1", "locked": "0", "pass": "0"})
    red, green, blue = bytes.fromhex(colour[1:])
    properties = {
        "color": f"{red},{green},{blue},255",
        "outline_color": f"{red // 2},{green // 2},{blue // 2},255",
        "outline_style": "solid",
        "outline_width": "0.2",
        "style": "solid",
    }
    for key, value in properties.items():
        xml.SubElement(layer, "prop", k=key, v=value)
