"""/api/projects/{id}/wmts: every scene in every view, read by GDAL's own reader of WMTS over HTTP."""

import io
from xml.etree import ElementTree as xml

import numpy as np
import pytest
import rasterio
from django.test import Client
from PIL import Image
from pytest_django.live_server_helper import LiveServer
from rasterio.windows import Window

from annotation.models.projects import Role
from annotation.tokens import issue
from tests import factories

pytestmark = pytest.mark.django_db
NAMES = {"w": "http://www.opengis.net/wmts/1.0", "o": "http://www.opengis.net/ows/1.1"}


@pytest.fixture
def views(project, scene, bob):
    """Return two saved views that the scene's sensor has the bands for."""
    red = project.views.create(name="Red <1>", recipe={"bands": ["red"], "ramp": "viridis"}, created_by=bob)
    ratio = project.views.create(name="Ratio", recipe={"expression": "red / green"}, created_by=bob)
    project.views.create(name="Radar", recipe={"bands": ["VV"]}, created_by=bob)  # no scene of such a sensor
    return red, ratio


def pixels(content: bytes) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(content)).convert("RGBA"))


def test_it_works(api, scene, views, dave):
    red, ratio = views
    answer = api(dave).get(f"/api/projects/{scene.project_id}/wmts?SERVICE=WMTS&REQUEST=GetCapabilities")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/xml"
    root = xml.fromstring(answer.content)
    (layer,) = root.findall("w:Contents/w:Layer", NAMES)
    assert layer.findtext("o:Title", namespaces=NAMES) == "scene.tif"
    styles = {each.findtext("o:Identifier", namespaces=NAMES): each.findtext("o:Title", namespaces=NAMES)
              for each in layer.findall("w:Style", NAMES)}  # fmt: skip
    assert styles == {"usual": "As usual", f"view-{red.pk}": "Red <1>", f"view-{ratio.pk}": "Ratio"}
    matrices = layer.findtext("w:TileMatrixSetLink/w:TileMatrixSet", namespaces=NAMES)
    listed = root.find("w:Contents/w:TileMatrixSet", NAMES)
    assert listed.findtext("o:Identifier", namespaces=NAMES) == matrices == "WebMercator-14"  # pixels of 10 m
    assert len(listed.findall("w:TileMatrix", NAMES)) == 15
    own = f"http://testserver/api/projects/{scene.project_id}/wmts"
    assert root.find("w:ServiceMetadataURL", NAMES).attrib.popitem()[1] == f"{own}/1.0.0/WMTSCapabilities.xml"
    again = api(dave).get(f"/api/projects/{scene.project_id}/wmts/1.0.0/WMTSCapabilities.xml",
                          headers={"If-None-Match": answer["ETag"]})  # fmt: skip
    assert again.status_code == 304


def test_tiles_are_those_of_the_map(api, scene, views, dave):
    client, own = api(dave), f"/api/projects/{scene.project_id}/wmts"
    view = f"view-{views[0].pk}"
    asked = {"SERVICE": "WMTS", "request": "GetTile", "Layer": f"scene-{scene.pk}", "STYLE": view, "TileMatrixSet": "x",
             "TILEMATRIX": "14", "TILEROW": "5883", "TILECOL": "8601", "FORMAT": "image/png"}  # fmt: skip
    truth = client.get(f"/projects/{scene.project_id}/scenes/{scene.pk}/14/8601/5883.png?view={views[0].pk}")
    usual = client.get(f"/projects/{scene.project_id}/scenes/{scene.pk}/14/8601/5883.png")
    assert client.get(own, asked).content == truth.content != usual.content
    rest = client.get(f"{own}/1.0.0/scene-{scene.pk}/{view}/WebMercator-14/14/5883/8601.png")
    assert rest.content == truth.content
    assert client.get(own, asked | {"STYLE": ""}).content == usual.content
    first = client.get(own, asked)
    assert client.get(own, asked, headers={"If-None-Match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ("SERVICE=WMS", 400, "not a WMS"),
        ("REQUEST=GetFeatureInfo", 400, "getfeatureinfo"),
        ("REQUEST=GetTile", 400, "LAYER, TILEMATRIX, TILEROW, TILECOL"),
        ("REQUEST=GetTile&LAYER=roads&TILEMATRIX=1&TILEROW=0&TILECOL=0", 400, "scene-1"),
        ("REQUEST=GetTile&LAYER=scene-999999&TILEMATRIX=1&TILEROW=0&TILECOL=0", 404, "No such scene"),
        ("REQUEST=GetTile&LAYER=SCENE&STYLE=view-999999&TILEMATRIX=1&TILEROW=0&TILECOL=0", 404, "no such view"),
        ("REQUEST=GetTile&LAYER=SCENE&STYLE=pretty&TILEMATRIX=1&TILEROW=0&TILECOL=0", 404, "no style"),
        ("REQUEST=GetTile&LAYER=SCENE&TILEMATRIX=-1&TILEROW=0&TILECOL=0", 400, "whole numbers"),
        ("REQUEST=GetTile&LAYER=SCENE&FORMAT=image/jpeg&TILEMATRIX=1&TILEROW=0&TILECOL=0", 400, "image/png"),
    ],
)
def test_what_will_not_do_is_reported_in_xml(api, scene, dave, query, status, word):
    query = query.replace("SCENE", f"scene-{scene.pk}")
    answer = api(dave).get(f"/api/projects/{scene.project_id}/wmts?{query}")
    assert answer.status_code == status and answer["Content-Type"] == "application/xml"
    report = xml.fromstring(answer.content)
    assert report.tag.endswith("ExceptionReport")
    assert word in report.findtext("o:Exception/o:ExceptionText", namespaces=NAMES)


def test_squares_beside_the_world_are_clear(api, scene, dave):
    answer = api(dave).get(f"/api/projects/{scene.project_id}/wmts/1.0.0/scene-{scene.pk}/usual/x/99/0/0.png")
    assert not pixels(answer.content)[..., 3].any()


def test_a_token_of_another_project_opens_none(project, scene, alice, dave):
    other = factories.make_project(alice, name="Elsewhere")
    factories.join(other, dave, Role.VIEWER)
    own = f"/api/projects/{project.pk}/wmts"
    for bound, status in ((project, 200), (other, 404)):
        key = issue(dave, name="Map", scope="read", project=bound)[1]
        program = Client(headers={"authorization": f"Token {key}"})
        for path in ("", "/1.0.0/WMTSCapabilities.xml", f"/1.0.0/scene-{scene.pk}/usual/x/14/5883/8601.png"):
            assert program.get(own + path).status_code == status
    nobody = Client().get(own)
    assert nobody.status_code == 401 and nobody["WWW-Authenticate"] == "Token"


def test_names_that_xml_cannot_carry_are_told_without_it(api, scene, project, dave):
    type(scene).objects.filter(pk=scene.pk).update(name="a\x01b\ufffe<&>")
    root = xml.fromstring(api(dave).get(f"/api/projects/{project.pk}/wmts").content)
    assert root.findtext("w:Contents/w:Layer/o:Title", namespaces=NAMES) == "ab<&>"
    xml.fromstring(api(dave).post(f"/api/projects/{project.pk}/qgis/").json()["content"])


@pytest.mark.django_db(transaction=True)
def test_gdal_reads_the_very_pixels(scene, views, dave, live_server: LiveServer, monkeypatch):
    key = issue(dave, name="GDAL", scope="read", project=scene.project)[1]
    view, own = views[0].pk, f"{live_server.url}/api/projects/{scene.project_id}/wmts"
    source = f"WMTS:{own}?SERVICE=WMTS&REQUEST=GetCapabilities,layer=scene-{scene.pk},style=view-{view}"
    with rasterio.Env(GDAL_HTTP_USERPWD=f"token:{key}", GDAL_HTTP_AUTH="BASIC"), rasterio.open(source) as dataset:
        assert dataset.crs.to_epsg() == 3857
        step, left, top = dataset.transform.a, dataset.transform.c, dataset.transform.f
        half = 20037508.342789244
        assert step == pytest.approx(2 * half / 256 / 2**14)
        across, down = round((left + half) / step), round((half - top) / step)  # px of the world
        x, y = 8601, 5883
        window = Window(x * 256 - across, y * 256 - down, 256, 256)
        seen = dataset.read(window=window, boundless=True)
    client = Client(headers={"authorization": f"Token {key}"})
    truth = pixels(client.get(f"/projects/{scene.project_id}/scenes/{scene.pk}/14/{x}/{y}.png?view={view}").content)
    inside = truth[..., 3] > 0
    assert inside.any()
    assert np.array_equal(np.moveaxis(seen, 0, -1)[inside], truth[inside])
