"""Each verb, on a folder and on a bucket."""

from pathlib import Path

import pytest

from annotation import storage


@pytest.fixture(params=["folder", "bucket"])
def data(request: pytest.FixtureRequest, data_dir: Path) -> Path:
    """Return the data folder of either store."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return data_dir


def finished(path: Path, content: bytes = b"pixels") -> Path:
    """Return a file that was written and handed over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    storage.keep(path)
    return path


def forget_cache(data: Path) -> None:
    """Make this machine a new one, where its folder is only a cache."""
    if storage.is_shared():
        storage.store().cache.remove(".")


def test_it_works(data: Path) -> None:
    path = finished(data / "assets" / "ab" / "scene.tif")
    forget_cache(data)
    assert storage.fetch(path).read_bytes() == b"pixels"
    assert storage.read(path) == b"pixels"
    with storage.opened(path) as file:
        assert file.read() == b"pixels"
    assert (storage.has(path), storage.size(path)) == (True, 6)


def test_what_is_not_there_is_not_there(data: Path) -> None:
    path = data / "assets" / "none.tif"
    assert not storage.fetch(path).exists()
    assert not storage.refresh(path).exists()
    assert (storage.has(path), storage.size(path)) == (False, None)
    for read in (storage.read, storage.opened):
        with pytest.raises(FileNotFoundError):
            read(path)
    storage.remove(path)


def test_what_changes_is_read_as_it_is_now(data: Path) -> None:
    path = data / "projects" / "1" / "insights" / "insight.json"
    storage.write(path, b"old")
    assert storage.refresh(path).read_bytes() == b"old"
    storage.write(path, b"new")
    assert storage.refresh(path).read_bytes() == b"new"
    storage.remove(path)
    assert not storage.refresh(path).exists()


def test_a_folder_is_kept_and_removed_whole(data: Path) -> None:
    folder = data / "projects" / "1" / "models" / "3"
    folder.mkdir(parents=True)
    (folder / "head.safetensors").write_bytes(b"head")
    (folder / ".part-1").write_bytes(b"half")
    (folder / "deep").mkdir()
    (folder / "deep" / "clusters.npy").write_bytes(b"clusters")
    storage.keep(folder)
    other = finished(data / "projects" / "1" / "models" / "30" / "head.safetensors")
    forget_cache(data)
    assert storage.fetch(folder / "deep" / "clusters.npy").read_bytes() == b"clusters"
    storage.remove(folder)
    forget_cache(data)
    assert not storage.has(folder / "head.safetensors")
    assert storage.fetch(other).read_bytes() == b"pixels"


def test_listings_tell_the_finished_files_of_a_folder(data: Path) -> None:
    names = ["1/live/0/7.npy", "1/live/0/.part-8", "1/vectors/ab/maps/0/7.npy", "12/live/0/9.npy"]
    for name in names:
        path = data / "projects" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345678")
    storage.keep(data / "projects")
    forget_cache(data)

    def listed(folder: str, pattern: str = "**") -> list[str]:
        return sorted(str(one.path.relative_to(data / "projects")) for one in storage.entries(data / folder, pattern))

    assert listed("projects") == [names[0], names[2], names[3]]
    assert listed("") == listed("projects")
    assert listed("projects/1") == [names[0], names[2]]
    assert listed("projects/1/live", "*/*.npy") == [names[0]]
    assert listed("projects/1", "vectors/*/maps/*/*.npy") == [names[2]]
    assert listed("projects/1", "*.npy") == []
    assert storage.folders(data) == ["projects"]
    assert storage.folders(data / "projects") == ["1", "12"]
    assert storage.folders(data / "projects" / "1") == ["live", "vectors"]
    assert storage.folders(data / "masks") == []
    assert next(iter(storage.entries(data / "projects" / "12"))).size > 0


def test_it_says_that_nothing_is_wrong(data: Path) -> None:
    assert storage.trouble() == ""


def test_what_is_written_at_once_is_all_there_at_the_end(data: Path) -> None:
    with storage.at_once():
        for number in range(20):
            storage.write(data / "masks" / f"{number}.png", bytes([number]))
    forget_cache(data)
    assert [storage.read(data / "masks" / f"{number}.png")[0] for number in range(20)] == list(range(20))
