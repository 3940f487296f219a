"""What real QGIS makes of exported files, as JSON; run by the Python of QGIS: opened.py FILE[|layername=NAME]..."""

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsRasterLayer, QgsVectorLayer  # noqa: E402


def main(sources: list[str]) -> None:
    """Open each source with the style that came along, and tell of it."""
    QgsApplication.setPrefixPath("/usr", True)
    app = QgsApplication([], False)
    app.initQgis()
    print(json.dumps([raster(source) if source.endswith(".tif") else vector(source) for source in sources]))
    app.exitQgis()


def vector(source: str) -> dict:
    """Return how a layer of features is shown."""
    layer = QgsVectorLayer(source, "layer", "ogr")
    if not layer.isValid():
        return {"valid": False}
    layer.loadDefaultStyle()
    rows, renderer = list(layer.getFeatures()), layer.renderer()
    categories = [each.label() for each in renderer.categories()] if renderer.type() == "categorizedSymbol" else []
    told = {"valid": True, "rows": len(rows), "crs": layer.crs().authid(), "categories": categories}
    return {**told, "geometry": sorted({each.geometry().isGeosValid() for each in rows})}


def raster(source: str) -> dict:
    """Return how a raster is shown."""
    layer = QgsRasterLayer(source, "layer")
    if not layer.isValid():
        return {"valid": False}
    layer.loadDefaultStyle()
    renderer = layer.renderer()
    classes = renderer.classes() if renderer.type() == "paletted" else []
    return {"valid": True, "crs": layer.crs().authid(), "classes": {int(each.value): each.label for each in classes}}


if __name__ == "__main__":
    main(sys.argv[1:])
