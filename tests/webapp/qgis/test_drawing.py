"""Layers added to real QGIS by their connection, as the page Connect gives it, and not by our project file."""

from urllib.parse import quote

import pytest
from django.contrib.gis.geos import Polygon
from pytest_django.live_server_helper import LiveServer

from annotation.tokens import issue
from tests import factories
from webapp.api.feature_rows import extent_of

pytestmark = pytest.mark.django_db(transaction=True)


def ground_of(project) -> list[float]:
    """Return the ground of a project's tiles in Web Mercator."""
    box = Polygon.from_bbox(extent_of(project))
    box.srid = 4326
    return list(box.transform(3857, clone=True).extent)


def test_vector_tiles_are_drawn(in_qgis, project, samples, bob, dave, live_server: LiveServer):
    for sample in samples[:5]:
        factories.label(sample, bob, 1 + sample.index % 3)
    key = issue(dave, name="QGIS", scope="read", project=project)[1]

    def source(collection: str) -> str:
        path = quote(f"{live_server.url}/api/projects/{project.pk}/vector/{collection}/{{z}}/{{x}}/{{y}}.mvt", ":/")
        return f"type=xyz&url={path}&zmin=9&zmax=17&authcfg=AUTH"

    layers = [["vector", source(name)] for name in ("labels", "suggestions", "samples")]
    labels, suggestions, every = in_qgis("draw.py", told={"key": key, "extent": ground_of(project), "layers": layers})
    assert labels["valid"] and labels["colours"] > 1
    assert every["valid"] and every["colours"] > 1
    assert suggestions == {"valid": True, "colours": 1}  # there are none
    wrong = in_qgis("draw.py", told={"key": "ts_wrong", "extent": ground_of(project), "layers": layers[:1]})
    assert wrong == [{"valid": True, "colours": 1}]


def test_scenes_are_drawn_by_wmts(in_qgis, project, scene, bob, dave, live_server: LiveServer):
    view = project.views.create(name="Red", recipe={"bands": ["red"], "ramp": "viridis"}, created_by=bob)
    key = issue(dave, name="QGIS", scope="read", project=project)[1]
    own = quote(f"{live_server.url}/api/projects/{project.pk}/wmts?SERVICE=WMTS&REQUEST=GetCapabilities", "")

    def source(style: str) -> str:
        about = f"crs=EPSG:3857&format=image/png&layers=scene-{scene.pk}&styles={style}&tileMatrixSet=WebMercator-14"
        return f"contextualWMSLegend=0&{about}&url={own}&authcfg=AUTH"

    layers = [["raster", source(style)] for style in ("usual", f"view-{view.pk}")]
    wrong = in_qgis("draw.py", told={"key": "ts_wrong", "extent": ground_of(project), "layers": layers})
    assert not any(each["valid"] for each in wrong)  # asked first: QGIS keeps what it was once given
    told = in_qgis("draw.py", told={"key": key, "extent": ground_of(project), "layers": layers})
    assert all(each["valid"] and each["colours"] > 20 for each in told), told
