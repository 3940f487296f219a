"""Where private services keep their data."""

import pwd
from pathlib import Path

import pytest

from webapp.local.place import LONGEST_SOCKET_FOLDER, Place, reachable

NOBODY = pwd.getpwnam("nobody")


def test_it_works(tmp_path: Path) -> None:
    place = Place(tmp_path / "redis")
    place.make()
    assert place.data.is_dir()
    assert place.sockets.is_dir()


@pytest.mark.parametrize("length", [10, 80, 100, 300])
def test_a_socket_always_fits(length: int) -> None:
    assert len(str(Place(Path("/" + "x" * length)).sockets)) <= LONGEST_SOCKET_FOLDER


def test_a_closed_folder_anywhere_above_keeps_others_out(tmp_path: Path) -> None:
    (tmp_path / "closed" / "open").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    assert not reachable(tmp_path / "closed" / "open", NOBODY)
    assert reachable(Path("/tmp"), NOBODY)
