"""The Python client against a live server: projects, labels, exports, tables and what torch trains on."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from pytest_django.live_server_helper import LiveServer

from annotation.exports import run
from annotation.models import Job
from annotation.tokens import issue
from tests import factories
from webapp.client import Answer, Client, Missing, Refused, Unanswered
from webapp.client.calls import WAITS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(live_server: LiveServer, alice) -> Client:
    """Return alice's program."""
    return Client(live_server.url, issue(alice, name="Script", scope="own")[1])


def test_it_works(client, project, samples):
    (mine,) = client.projects()
    assert (mine.id, mine.name) == (project.pk, "Lakes") and client.project("Lakes").id == project.pk
    assert [row["name"] for row in mine.classes()] == ["Open water", "Forest", "Bare rock"]
    assert [row["name"] for row in mine.scenes()] == ["scene.tif"]
    assert len(list(mine.tiles(limit=5))) == 12
    queue = mine.claim(3)
    told = mine.submit([Answer(item["sample"], 2, seconds=1.5) for item in queue] + [Answer(10**9, 1)])
    assert [result.status for result in told] == [201, 201, 201, 404] and told[0].kept
    assert told[3].message == "This project has no tile 1000000000."
    assert [row["label"] for row in mine.annotations(counts=True)] == [2, 2, 2]
    mine.release()


def test_labels_come_as_a_table(client, project, samples, bob):
    factories.label(samples[0], bob, 3)
    frame = client.project("Lakes").frame()
    assert frame.crs.to_epsg() == 4326 and len(frame) == 12
    assert frame.loc[samples[0].pk, "class"] == "Bare rock" and frame.geometry.is_valid.all()


def test_chips_have_the_scenes_own_numbers(client, project, samples, scene):
    import rasterio

    with rasterio.open(scene.asset.file) as dataset:
        whole = dataset.read()
    side = project.tile_px
    for sample in (samples[0], samples[6]):
        top, left = sample.tile.row * side, sample.tile.column * side
        pixels = client.project("Lakes").chip(sample.pk)
        assert pixels.dtype == whole.dtype and (pixels == whole[:, top : top + side, left : left + side]).all()


def test_torch_gets_chips_and_labels(client, project, samples, bob, tmp_path):
    from torch.utils.data import DataLoader

    for sample, code in zip(samples[:4], (1, 2, 3, 1), strict=True):
        factories.label(sample, bob, code)
    factories.label(samples[0], bob, 2)  # the newer version counts
    dataset = client.project("Lakes").dataset(folder=tmp_path / "chips")
    (batch,) = DataLoader(dataset, batch_size=4)
    assert batch["image"].shape == (4, 3, 32, 32) and batch["label"].tolist() == [1, 1, 2, 0]
    assert len(list((tmp_path / "chips").iterdir())) == 4
    client.token = "none"  # what was fetched once is not asked for again
    assert (dataset[2]["image"] == batch["image"][2]).all()


def test_masks_come_as_indices(client, alice, tmp_path):
    project = factories.make_project(alice, name="Shores", task="masks")
    scene = factories.make_scene(project, tmp_path)
    sample = scene.project.samples.first()
    mask = np.zeros((32, 32), np.uint8)
    mask[:8], mask[8:16] = 3, 1
    from base64 import b64encode

    from mlcore.raster.write import encode_mask_png

    factories.say(sample, alice, {"mask": b64encode(encode_mask_png(mask)).decode()})
    (item,) = list(client.project("Shores").dataset())
    said = item["mask"].numpy()
    assert (said[:8] == 2).all() and (said[8:16] == 0).all() and (said[16:] == -1).all()


def test_an_export_is_waited_for_and_stored(client, project, samples, bob, tmp_path):
    factories.label(samples[0], bob, 1)

    def work(_: float) -> None:
        for job in Job.objects.filter(kind="export", state="queued"):
            job.start()
            run(job)
            job.finish()

    client.sleep = work
    path = client.project("Lakes").export("csv", tmp_path / "labels.zip")
    assert path.read_bytes()[:2] == b"PK"


def test_errors_are_exceptions_with_the_servers_words(client, project, live_server):
    with pytest.raises(Missing, match="No such project") as caught:
        client.project(10**6)
    assert (caught.value.status, caught.value.code) == (404, "not_found")
    with pytest.raises(Missing, match="'Nowhere'"):
        client.project("Nowhere")
    with pytest.raises(Refused, match="401"):
        Client(live_server.url, "wrong").projects()
    with pytest.raises(Refused, match="no web address"):
        Client("file:///etc/passwd", "x")
    assert "ts_" not in repr(client)


def test_a_server_that_is_away_is_asked_again(client, monkeypatch):
    waits: list[float] = []
    client.sleep = waits.append
    answers: list[Any] = [Unanswered("503"), Unanswered("503"), b'{"results": [], "next": null}']

    def answer(*_: Any) -> bytes:
        told = answers.pop(0)
        if isinstance(told, Exception):
            raise told
        return bytes(told)

    monkeypatch.setattr(client, "_try", answer)
    assert client.projects() == [] and waits == list(WAITS[:2])


def test_nobody_there_is_told():
    gone = Client("http://127.0.0.1:9", "x", sleep=lambda _: None)
    with pytest.raises(Unanswered, match="does not answer"):
        gone.projects()


def test_it_needs_nothing_of_the_server():
    code = "import sys, webapp.client; print(any(m in sys.modules for m in ('django', 'torch', 'geopandas', 'celery')))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
