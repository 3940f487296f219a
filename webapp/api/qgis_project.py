"""Project files of QGIS (3.22 and later), written as XML: layers by address, with the key as a password beside it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote
from xml.etree import ElementTree as xml

from webapp.api.pictured import printable

_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_HALF_WORLD = 20_037_508.342789244  # m, in Web Mercator
_SRSIDS = {3857: 3857, 4326: 3452}  # QGIS's own numbers
Box = tuple[float, float, float, float]
_USER = "token"  # any name will do


@dataclass(frozen=True)
class Layer:
    """A layer: features of a collection in the colours of classes, or map tiles."""

    title: str
    provider: str  # OAPIF or wms, as QGIS calls them
    address: str  # of features: the landing page, | and the collection
    classes: Sequence[tuple[str, str]] = field(default_factory=list)  # names and colours
    zoom: int = 22  # of map tiles: the finest
    shown: bool = True  # when the file is opened

    def source(self, key: str) -> str:
        """Return where QGIS finds it; the key is no part of the address, so that no log has it."""
        if self.provider == "wms":
            address = quote(self.address, safe=":/")
            return f"type=xyz&url={address}&zmin=0&zmax={self.zoom}&username={_USER}&password={key}"
        url, _, name = self.address.partition("|")
        who = f"username='{_USER}' password='{key}'"
        return f"{who} pagingEnabled='true' preferCoordinatesForWfsT11='false' typename='{name}' url='{url}'"


def write_project(title: str, layers: Sequence[Layer], key: str, *, extent: Box | None = None) -> str:
    """Return the file, which opens on an extent in degrees."""
    root = xml.Element("qgis", version="3.22.16", projectname=printable(title))
    xml.SubElement(root, "title").text = printable(title)
    _crs(xml.SubElement(root, "projectCrs"), 3857)
    if extent:
        _view(root, extent)
    tree, listed = xml.SubElement(root, "layer-tree-group"), xml.SubElement(root, "projectlayers")
    order = xml.SubElement(root, "layerorder")
    for number, layer in enumerate(layers):
        pk, source = f"terrascribe_{number}", layer.source(key)
        shown = "Qt::Checked" if layer.shown else "Qt::Unchecked"
        about = {"id": pk, "name": layer.title, "source": source, "providerKey": layer.provider, "checked": shown}
        xml.SubElement(tree, "layer-tree-layer", about)
        xml.SubElement(order, "layer", id=pk)
        _layer(listed, layer, pk, source)
    xml.indent(root)
    return _HEAD + xml.tostring(root, encoding="unicode") + "\n"


def _view(root: xml.Element, extent: Box) -> None:
    canvas = xml.SubElement(root, "mapcanvas", name="theMapCanvas")
    xml.SubElement(canvas, "units").text = "meters"
    west, south, east, north = extent
    corners = {"xmin": _x(west), "ymin": _y(south), "xmax": _x(east), "ymax": _y(north)}
    shown = xml.SubElement(canvas, "extent")
    for name, number in corners.items():
        xml.SubElement(shown, name).text = repr(number)
    _crs(xml.SubElement(canvas, "destinationsrs"), 3857)


def _x(longitude: float) -> float:
    return longitude / 180 * _HALF_WORLD


def _y(latitude: float) -> float:
    """Return the northing of Web Mercator, which ends before the poles."""
    limited = math.radians(max(-85.0, min(latitude, 85.0)))
    return math.log(math.tan(math.pi / 4 + limited / 2)) / math.pi * _HALF_WORLD


def _layer(listed: xml.Element, layer: Layer, pk: str, source: str) -> None:
    vector = layer.provider == "OAPIF"
    row = xml.SubElement(listed, "maplayer", type="vector" if vector else "raster", geometry="Polygon")
    for name, text in (("id", pk), ("datasource", source), ("layername", layer.title)):
        xml.SubElement(row, name).text = text
    _crs(xml.SubElement(row, "srs"), 4326 if vector else 3857)
    xml.SubElement(row, "provider", encoding="UTF-8").text = layer.provider
    if vector:
        _by_class(row, layer.classes)
    else:
        pipe = xml.SubElement(row, "pipe")
        xml.SubElement(pipe, "rasterrenderer", type="singlebandcolordata", band="1", opacity="1", alphaBand="-1")


def _by_class(row: xml.Element, classes: Sequence[tuple[str, str]]) -> None:
    renderer = xml.SubElement(row, "renderer-v2", {"type": "categorizedSymbol", "attr": "class"})
    categories, symbols = xml.SubElement(renderer, "categories"), xml.SubElement(renderer, "symbols")
    for number, (name, colour) in enumerate([*classes, ("", "#808080")]):
        shown = printable(name)  # names are as people wrote them
        about = {"value": shown, "symbol": str(number), "label": shown or "other", "render": "true"}
        xml.SubElement(categories, "category", about)
        symbol = xml.SubElement(symbols, "symbol", type="fill", name=str(number), alpha="0.5", clip_to_extent="1")
        fill = xml.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
        red, green, blue = bytes.fromhex(colour[1:])
        for key, value in (
            ("color", f"{red},{green},{blue},255"),
            ("outline_color", "35,35,35,255"),
            ("style", "solid"),
        ):
            xml.SubElement(fill, "prop", k=key, v=value)


def _crs(parent: xml.Element, code: int) -> None:
    system = xml.SubElement(parent, "spatialrefsys")
    xml.SubElement(system, "srsid").text = str(_SRSIDS[code])  # without it, QGIS looks at nothing else here
    xml.SubElement(system, "srid").text = str(code)
    xml.SubElement(system, "authid").text = f"EPSG:{code}"
