"""What real QGIS sees of a project file, told as JSON; run by the Python of QGIS: look.py FILE.qgs OUT.gpkg."""

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsFeatureRequest,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorFileWriter,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402


def main(path: str, out: str) -> None:
    """Open the project, read its layers, draw its map, and store the labels with the first one changed."""
    QgsApplication.setPrefixPath("/usr", True)
    app = QgsApplication([], False)
    app.initQgis()
    project = QgsProject.instance()
    told: dict[str, object] = {"read": project.read(path), "layers": []}
    layers = [node.layer() for node in project.layerTreeRoot().findLayers()]
    for layer in layers:
        about = {"name": layer.name(), "valid": layer.isValid()}
        if layer.isValid() and layer.type() == layer.VectorLayer:
            rows = list(layer.getFeatures())
            about["classes"] = sorted(str(row["class"]) for row in rows)
            about["categories"] = [each.label() for each in layer.renderer().categories()]
            box = rows[0].geometry().boundingBox() if rows else QgsRectangle()
            box.scale(0.5)
            about["within"] = len(list(layer.getFeatures(QgsFeatureRequest().setFilterRect(box))))
        told["layers"].append(about)
    view = project.viewSettings().defaultViewExtent()
    told["view"] = [round(each) for each in (view.xMinimum(), view.yMinimum(), view.xMaximum(), view.yMaximum())]
    told["extent"] = [round(each, 2) for each in (layers[0].extent().xMinimum(), layers[0].extent().yMaximum())]
    told["colours"] = [draw(layer) for layer in layers if layer.type() == layer.RasterLayer]
    store(project, layers[0], out)
    print(json.dumps(told))
    app.exitQgis()


def draw(layer) -> int:
    """Return how many colours a picture of the ground of the labels has, in the layer of map tiles."""
    labels = QgsProject.instance().mapLayersByName("Labels")[0]
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(128, 128))
    settings.setDestinationCrs(labels.crs())
    ground = QgsRectangle()
    for row in labels.getFeatures():
        ground.combineExtentWith(row.geometry().boundingBox())
    settings.setExtent(ground)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    return len({picture.pixel(x, y) for x in range(128) for y in range(128)})


def store(project, layer, out: str) -> None:
    """Write the labels to a GeoPackage as the menu does, and give the first one another class there."""
    from qgis.core import QgsVectorLayer

    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", "labels"
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, out, project.transformContext(), options)
    copy = QgsVectorLayer(f"{out}|layername=labels", "copy", "ogr")
    first = min(copy.getFeatures(), key=lambda row: row["index"])
    copy.startEditing()
    copy.changeAttributeValue(first.id(), copy.fields().indexOf("class"), "Bare rock")
    assert copy.commitChanges(), copy.commitErrors()


main(*sys.argv[1:])
