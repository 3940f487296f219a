"""How QGIS shows a raster of class codes: a palette with names, as QML."""

from xml.etree import ElementTree as xml

from annotation.exports.snapshot import Snapshot

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def palette_style(snapshot: Snapshot) -> str:
    """Return the QML of a raster of class codes, 0 clear."""
    root = xml.Element("qgis", version="3.22.0", styleCategories="Symbology")
    pipe = xml.SubElement(root, "pipe")
    options = {"type": "paletted", "band": "1", "opacity": "1", "alphaBand": "-1", "nodataColor": ""}
    entries = xml.SubElement(xml.SubElement(pipe, "rasterrenderer", options), "colorPalette")
    for item in snapshot.used_classes:
        told = {"value": str(item["code"]), "label": item["name"], "color": item["colour"], "alpha": "255"}
        xml.SubElement(entries, "paletteEntry", told)
    xml.indent(root)
    return _DOCTYPE + xml.tostring(root, encoding="unicode") + "\n"
