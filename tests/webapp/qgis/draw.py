"""What real QGIS draws of layers that are added by connection, told as JSON; run by the Python of QGIS.

It reads {"key": of a token, "extent": in Web Mercator, "layers": [[kind, source], ...]}, where AUTH in a source stands
for a stored way to log in, as people make one in the dialog of a connection.
"""

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402


def main() -> None:
    """Add each layer, and tell how many colours it has on the ground of the extent."""
    QgsApplication.setPrefixPath("/usr", True)
    app = QgsApplication([], False)
    app.initQgis()
    asked = json.load(sys.stdin)
    way = log_in(asked["key"])
    told = []
    for kind, source in asked["layers"]:
        source = source.replace("AUTH", way)
        layer = QgsVectorTileLayer(source, "tiles") if kind == "vector" else QgsRasterLayer(source, "tiles", "wms")
        told.append({"valid": layer.isValid(), "colours": colours(layer, asked["extent"]) if layer.isValid() else 0})
    print(json.dumps(told))
    app.exitQgis()


def log_in(key: str) -> str:
    """Store a way to log in and return its name."""
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("a master password of this run", True)
    way = QgsAuthMethodConfig()
    way.setName("Terrascribe")
    way.setMethod("Basic")
    way.setConfigMap({"username": "token", "password": key, "realm": ""})
    assert manager.storeAuthenticationConfig(way)[0]
    return way.id()


def colours(layer, extent) -> int:
    """Return how many colours a picture of the extent has."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(128, 128))
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(*extent))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    return len({picture.pixel(x, y) for x in range(128) for y in range(128)})


main()
