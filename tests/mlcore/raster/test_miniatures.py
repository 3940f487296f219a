"""Miniatures: what is no picture, or a strange one, ends in a message; the others get small."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mlcore import quarantine
from mlcore.errors import FileTooLarge, UnreadableFile
from mlcore.raster.miniatures import write_miniature

RED = (200, 30, 30)


def draw(path: Path, form: str, mode: str = "RGB", size: tuple[int, int] = (320, 160)) -> Path:
    """Write a red picture."""
    Image.new("RGB", size, RED).convert(mode).save(path, form)
    return path


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_it_works(tmp_path: Path, form: str) -> None:
    quarantine.miniature(draw(tmp_path / "t", form), tmp_path / "small", side=80)
    with Image.open(tmp_path / "small") as small:
        assert (small.format, small.size) == ("WEBP", (80, 40))
        assert np.abs(np.asarray(small.convert("RGB")).astype(int) - RED).max() < 12


def test_transparency_stays(tmp_path: Path) -> None:
    Image.new("RGBA", (10, 10), (*RED, 0)).save(tmp_path / "t", "PNG")
    assert write_miniature(tmp_path / "t", tmp_path / "small", 80) == (10, 10)
    assert Image.open(tmp_path / "small").convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    Image.fromarray(np.full((10, 10), 0x8000, np.uint16)).save(tmp_path / "t", "PNG")
    write_miniature(tmp_path / "t", tmp_path / "small", 80)
    pixel = Image.open(tmp_path / "small").convert("RGB").getpixel((5, 5))
    assert np.abs(np.asarray(pixel) - 128).max() < 5


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_every_kind_of_colours_is_taken(tmp_path: Path, mode: str) -> None:
    source = draw(tmp_path / "t", "JPEG" if mode == "CMYK" else "PNG", mode)
    assert write_miniature(source, tmp_path / "small", 80) == (80, 40)


def _bomb() -> bytes:
    """Return the beginning of a PNG that says that it is 60,000 px wide and high."""
    told = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    end = b"IDAT" + zlib.compress(b"")
    chunks = [struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in (told, end)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_huge_one_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(_bomb())
    with pytest.raises((FileTooLarge, UnreadableFile)):
        quarantine.miniature(tmp_path / "t", tmp_path / "small", side=80)
    draw(tmp_path / "t", "PNG", "1", (6000, 6000))
    with pytest.raises(FileTooLarge, match="6000 x 6000"):
        quarantine.miniature(tmp_path / "t", tmp_path / "small", side=80)


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4", b"II*\0" + b"\0" * 40]
)
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.png").write_bytes(content)
    with pytest.raises(UnreadableFile, match="no PNG, JPEG or WebP"):
        quarantine.miniature(tmp_path / "t.png", tmp_path / "small", side=80)


def test_a_truncated_one_is_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    Image.fromarray(rng.integers(0, 255, (100, 100, 3), np.uint8)).save(tmp_path / "t", "PNG")
    (tmp_path / "t").write_bytes((tmp_path / "t").read_bytes()[:5000])
    with pytest.raises(UnreadableFile):
        quarantine.miniature(tmp_path / "t", tmp_path / "small", side=80)


def test_a_gif_is_none_of_them(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        write_miniature(draw(tmp_path / "t", "GIF"), tmp_path / "small", 80)
