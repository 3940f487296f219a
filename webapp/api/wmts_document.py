"""What a WMTS 1.0.0 says of itself: the document of capabilities, and its reports of errors."""

import math
from collections.abc import Sequence
from xml.etree import ElementTree as xml

from webapp.api.pictured import Pictured, printable

WMTS, OWS, XLINK = "http://www.opengis.net/wmts/1.0", "http://www.opengis.net/ows/1.1", "http://www.w3.org/1999/xlink"
VERSION = "1.0.0"
PNG = "image/png"
SIDE = 256  # px of a tile
_HALF_WORLD = math.pi * 6378137  # m
_WIDEST = 559_082_264.0287178  # scale at zoom 0, with pixels of 0.28 mm
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
for _prefix, _space in (("", WMTS), ("ows", OWS), ("xlink", XLINK)):
    xml.register_namespace(_prefix, _space)


def matrix_set(zoom: int) -> str:
    """Return the name of the web map down to a zoom: readers take the finest one for a scene's own pixels."""
    return f"WebMercator-{zoom}"


def write_capabilities(title: str, about: str, layers: Sequence[Pictured], service: str) -> bytes:
    """Return the document; `service` is the address of the service, without a slash at its end."""
    root = xml.Element(f"{{{WMTS}}}Capabilities", version=VERSION)
    identity = xml.SubElement(root, f"{{{OWS}}}ServiceIdentification")
    for name, text in (("Title", title), ("Abstract", about), ("ServiceType", "OGC WMTS"),
                       ("ServiceTypeVersion", VERSION)):  # fmt: skip
        _ows(identity, name, printable(text))
    operations = xml.SubElement(root, f"{{{OWS}}}OperationsMetadata")
    for name in ("GetCapabilities", "GetTile"):
        _operation(operations, name, f"{service}?")
    contents = xml.SubElement(root, f"{{{WMTS}}}Contents")
    for layer in layers:
        _layer(contents, layer, f"{service}/{VERSION}")
    for zoom in sorted({layer.zoom for layer in layers}):
        _matrices(contents, zoom)
    xml.SubElement(root, f"{{{WMTS}}}ServiceMetadataURL").set(
        f"{{{XLINK}}}href", f"{service}/{VERSION}/WMTSCapabilities.xml"
    )
    return _written(root)


def write_report(code: str, message: str) -> bytes:
    """Return the report of an error."""
    root = xml.Element(f"{{{OWS}}}ExceptionReport", version=VERSION)
    _ows(xml.SubElement(root, f"{{{OWS}}}Exception", exceptionCode=code), "ExceptionText", printable(message))
    return _written(root)


def _written(root: xml.Element) -> bytes:
    text: bytes = xml.tostring(root, encoding="utf-8")
    return _HEAD + text


def _ows(parent: xml.Element, name: str, text: str) -> xml.Element:
    row = xml.SubElement(parent, f"{{{OWS}}}{name}")
    row.text = text
    return row


def _wmts(parent: xml.Element, name: str, text: str) -> None:
    xml.SubElement(parent, f"{{{WMTS}}}{name}").text = text


def _operation(parent: xml.Element, name: str, address: str) -> None:
    operation = xml.SubElement(parent, f"{{{OWS}}}Operation", name=name)
    http = xml.SubElement(xml.SubElement(operation, f"{{{OWS}}}DCP"), f"{{{OWS}}}HTTP")
    get = xml.SubElement(http, f"{{{OWS}}}Get")
    get.set(f"{{{XLINK}}}href", address)
    constraint = xml.SubElement(get, f"{{{OWS}}}Constraint", name="GetEncoding")
    _ows(xml.SubElement(constraint, f"{{{OWS}}}AllowedValues"), "Value", "KVP")


def _layer(parent: xml.Element, layer: Pictured, tiles: str) -> None:
    row = xml.SubElement(parent, f"{{{WMTS}}}Layer")
    _ows(row, "Title", layer.title)
    west, south, east, north = layer.box
    box = xml.SubElement(row, f"{{{OWS}}}WGS84BoundingBox")
    _ows(box, "LowerCorner", f"{west!r} {south!r}")
    _ows(box, "UpperCorner", f"{east!r} {north!r}")
    _ows(row, "Identifier", layer.name)
    for number, look in enumerate(layer.looks):
        style = xml.SubElement(row, f"{{{WMTS}}}Style", isDefault="false" if number else "true")
        _ows(style, "Title", look.title)
        _ows(style, "Identifier", look.name)
    _wmts(row, "Format", PNG)
    _wmts(xml.SubElement(row, f"{{{WMTS}}}TileMatrixSetLink"), "TileMatrixSet", matrix_set(layer.zoom))
    template = f"{tiles}/{layer.name}/{{Style}}/{{TileMatrixSet}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.png"
    xml.SubElement(row, f"{{{WMTS}}}ResourceURL", format=PNG, resourceType="tile", template=template)


def _matrices(parent: xml.Element, zoom: int) -> None:
    listed = xml.SubElement(parent, f"{{{WMTS}}}TileMatrixSet")
    _ows(listed, "Identifier", matrix_set(zoom))
    _ows(listed, "SupportedCRS", "urn:ogc:def:crs:EPSG::3857")
    _wmts(listed, "WellKnownScaleSet", "urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible")
    for z in range(zoom + 1):
        matrix = xml.SubElement(listed, f"{{{WMTS}}}TileMatrix")
        _ows(matrix, "Identifier", str(z))
        for name, told in (
            ("ScaleDenominator", repr(_WIDEST / 2**z)), ("TopLeftCorner", f"{-_HALF_WORLD!r} {_HALF_WORLD!r}"),
            ("TileWidth", str(SIDE)), ("TileHeight", str(SIDE)),
            ("MatrixWidth", str(2**z)), ("MatrixHeight", str(2**z)),
        ):  # fmt: skip
            _wmts(matrix, name, told)
