"""The private PostGIS."""

import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import dj_database_url
import psycopg
import pytest

from tests.webapp.local.servers import start
from webapp.local import postgres
from webapp.local.errors import MissingPackage
from webapp.local.leftovers import lives
from webapp.local.place import Place, digest
from webapp.local.postgres import Postgres

USER = "postgres" if os.geteuid() == 0 else None
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the cluster as another user")


def connect(cluster: Postgres) -> psycopg.Connection:
    parts = dj_database_url.parse(cluster.url())
    return psycopg.connect(dbname=parts["NAME"], user=parts["USER"], host=parts["OPTIONS"]["host"], autocommit=True)


@pytest.fixture(scope="module")
def cluster(var_dir_of_module: Path) -> Iterator[Postgres]:
    made = Postgres(Place(var_dir_of_module / "postgres", user=USER))
    start(made)
    yield made
    made.stop()


def test_it_works(cluster: Postgres) -> None:
    with connect(cluster) as connection:
        area = connection.execute("SELECT ST_Area(ST_MakeEnvelope(0, 0, 2, 3, 3857))").fetchone()
    assert area == (6.0,)


def test_data_survives_a_restart(cluster: Postgres) -> None:
    with connect(cluster) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        cluster.stop()
    assert not cluster.running()
    start(cluster)
    with connect(cluster) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def pid_of(cluster: Postgres) -> int:
    return int((cluster.place.data / "postmaster.pid").read_text().split()[0])


def test_a_second_one_takes_the_place_of_the_first(cluster: Postgres) -> None:
    before = pid_of(cluster)
    assert start(cluster).pid == pid_of(cluster)
    assert not lives(before)


def test_a_killed_one_does_not_keep_the_next_from_starting(cluster: Postgres) -> None:
    with connect(cluster) as connection:
        connection.execute("CREATE TABLE killed AS SELECT 1 AS answer")
        os.kill(pid_of(cluster), signal.SIGKILL)
        start(cluster)
    with connect(cluster) as connection:
        assert connection.execute("SELECT answer FROM killed").fetchone() == (1,)


def test_a_number_that_another_program_has_by_now_does_not_keep_it_from_starting(cluster: Postgres) -> None:
    note = cluster.place.data / "postmaster.pid"
    text = note.read_text()
    cluster.stop()
    with subprocess.Popen(["sleep", "60"], user=USER) as other:
        note.write_text(text.replace(text.split()[0], str(other.pid), 1))
        start(cluster)
        other.kill()
    assert pid_of(cluster) != other.pid


def test_it_listens_on_no_network_address_and_closes_its_folders(cluster: Postgres) -> None:
    with connect(cluster) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    for folder in (cluster.place.data, cluster.place.sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_path_too_long_for_a_socket_works(var_dir: Path) -> None:
    cluster = Postgres(Place(var_dir / ("long" * 30) / "postgres", user=USER))
    (var_dir / ("long" * 30)).mkdir(mode=0o755)
    start(cluster)
    try:
        with connect(cluster) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.stop()
        shutil.rmtree(cluster.place.sockets)


@as_root
def test_a_folder_that_its_user_cannot_reach_is_linked_to_one_elsewhere(var_dir: Path) -> None:
    var_dir.chmod(0o700)
    cluster = Postgres(Place(var_dir / "postgres", user=USER))
    elsewhere = Path("/var/lib") / f"terrascribe-{digest(cluster.place.home)}"
    try:
        start(cluster)
        with connect(cluster) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert cluster.place.home.resolve() == elsewhere
    finally:
        cluster.stop()
        shutil.rmtree(elsewhere)


def test_without_postgis_it_names_the_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "EXTENSIONS", tmp_path)
    with pytest.raises(MissingPackage, match="postgresql-15-postgis-3"):
        postgres.newest_version()


def test_a_cluster_of_a_version_that_is_gone_is_not_touched(var_dir: Path) -> None:
    cluster = Postgres(Place(var_dir / "postgres", user=USER))
    cluster.place.make()
    (cluster.place.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(MissingPackage, match="made by PostgreSQL 9"):
        start(cluster)
