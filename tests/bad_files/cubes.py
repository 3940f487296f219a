"""Bad cubes: ENVI, NetCDF and HDF5, Zarr, MATLAB and NumPy."""

import json
import pickle
import struct
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
from scipy.io import netcdf_file, savemat

from tests.bad_files.case import Case, case, patched, written, zipped

SIDE = 32
ENVI = {"samples": SIDE, "lines": SIDE, "bands": 2, "data type": 12, "interleave": "bsq", "byte order": 0}


def envi(name: str, words: str, *, size: int = SIDE * SIDE * 4, magic: str = "ENVI", **fields: object) -> Case:
    """Return a cube whose header says something else."""
    told = ENVI | {key.replace("_", " "): value for key, value in fields.items()}
    lines = [f"{key} = {value}" for key, value in told.items() if value is not None]
    header = "\n".join([magic, *lines, ""]).encode()
    return Case(name, {"cube.bsq": b"\1" * size, "cube.hdr": header}, words)


def envis() -> Iterator[Case]:
    """Yield cubes whose headers are wrong."""
    says = "header whose .*; write it anew|is truncated: [\\d,]+ bytes|nothing in it|none of ENVI's|export it anew"
    yield case("alone.bsq", b"\1" * 4096, "without its header .*; send both together")
    yield case("alone.hdr", "ENVI\nsamples = 4\n", "without its data; send both together")
    yield envi("short", says, size=100)
    yield envi("no magic", says, magic="ENVY")
    yield envi("no samples", says, samples=None)
    yield envi("zero lines", says, lines=0)
    yield envi("negative bands", says, bands=-3)
    yield envi("words for numbers", says, samples="many")
    yield envi("huge", "Cut it into parts", samples=2**31, lines=2**31)
    yield envi("many bands", "Cut it into parts", bands=100_000)
    yield envi("complex", "complex numbers; export amplitude", data_type=6)
    yield envi("unknown type", says, data_type=77)
    yield envi("odd interleave", says, interleave="zigzag")
    yield envi("offset beyond the end", says, header_offset=10**9)
    yield envi("negative offset", says, header_offset=-8)
    yield envi("another file", says, size=16, data_file="../../../etc/passwd")
    yield Case("noise for a header", {"cube.bsq": b"\1" * 4096, "cube.hdr": bytes(range(256)) * 4}, says)


def hdf(name: str, fill, words: str) -> Case:  # noqa: ANN001 (a function of a file of h5py)
    """Return a file of HDF5 that a function fills."""

    def write(path: Path) -> None:
        with h5py.File(path, "w") as file:
            fill(file)

    return case(name, written(name, write), words)


def _named(file: h5py.File, **arrays: np.ndarray) -> None:
    for name, values in arrays.items():
        file[name] = values


def hdfs() -> Iterator[Case]:
    """Yield files of HDF5 and NetCDF that reach out, are damaged, or hold no grid."""
    grid = np.ones((SIDE, SIDE), "f4")
    none = "holds no raster of numbers|is damaged or truncated: "
    outside = "another file.*; copy everything into one file"
    good = hdf("good.h5", lambda file: _named(file, grid=grid), "").files["good.h5"]
    yield case("half.h5", good[: len(good) // 2], none)
    yield case("start.nc", good[:16], none)
    yield hdf("empty.h5", lambda file: None, none)
    yield hdf("line.h5", lambda file: _named(file, line=np.ones(100)), none)
    yield hdf("words.h5", lambda file: _named(file, words=np.array([b"a", b"b"])), none)
    yield hdf("complex.h5", lambda file: _named(file, grid=grid.astype("c8")), none)
    yield hdf("elsewhere.h5", lambda file: file.__setitem__("grid", h5py.ExternalLink("/etc/passwd", "/x")), outside)
    yield hdf("circle.h5", lambda file: file.__setitem__("grid", h5py.SoftLink("/grid")), none)
    raw = {"external": [("/etc/hostname", 0, h5py.h5f.UNLIMITED)]}
    yield hdf("raw.h5", lambda file: file.create_dataset("grid", (SIDE, SIDE), "u1", **raw), outside)
    yield hdf(
        "huge.h5", lambda file: file.create_dataset("grid", (10**6, 10**6), "f8", chunks=(64, 64)), "Cut it into parts"
    )
    yield hdf("virtual.h5", _virtual, outside)
    yield hdf("records.h5", lambda file: _named(file, rows=np.zeros((SIDE, SIDE), [("a", "f4"), ("b", "i2")])), none)
    flt = patched(good, good.index(b"SNOD") if b"SNOD" in good else 100, b"\xff" * 64)
    yield case("noise.h5", flt, none)
    yield case("classic-half.nc", written("a.nc", _classic)[:60], none)
    yield case("classic-magic.nc", b"CDF\x01" + b"\xff" * 64, none)
    yield case("old.hdf", b"\x0e\x03\x13\x01" + bytes(600), "not a GeoTIFF|HDF4")


def _virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout(shape=(SIDE, SIDE), dtype="f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "grid", shape=(SIDE, SIDE))
    file.create_virtual_dataset("grid", layout)


def _classic(path: Path) -> None:
    with netcdf_file(path, "w") as file:
        file.createDimension("y", SIDE)
        file.createDimension("x", SIDE)
        file.createVariable("a", "f4", ("y", "x"))[:] = 1


def zarrs() -> Iterator[Case]:
    """Yield archives of Zarr that lie, reach out or unfold."""
    says = "is damaged: |write it again|holds no raster|keep numbers only|not read here; use|Cut it into parts"
    array = {"zarr_format": 2, "shape": [SIDE, SIDE], "chunks": [SIDE, SIDE], "dtype": "<f4", "order": "C"}
    array |= {"compressor": None, "filters": None, "fill_value": 0}
    group = json.dumps({"zarr_format": 2})

    def store(name: str, words: str = says, chunk: bytes = b"", **fields: object) -> Case:
        members: dict[str, bytes | str] = {".zgroup": group, "a/.zarray": json.dumps(array | fields), "a/0.0": chunk}
        return case(name, zipped(members), words, file="cube.zarr.zip")

    yield store("short chunk", chunk=b"\0" * 10)
    yield store("noise in a chunk", chunk=b"\xff" * 64, compressor={"id": "zlib", "level": 1})
    yield store("objects", dtype="|O", filters=[{"id": "pickle"}], chunk=pickle.dumps([1]))
    yield store("unknown codec", compressor={"id": "nonsense"})
    yield store("huge", shape=[10**7, 10**7])
    yield store("negative", shape=[-5, 5])
    yield store("no dimension", shape=[], chunks=[])
    yield case("no json", zipped({".zgroup": group, "a/.zarray": "{nonsense"}), says, file="cube.zarr.zip")
    deep = "[" * 100_000
    yield case("deep json", zipped({".zgroup": group, "a/.zarray": deep}), says, file="cube.zarr.zip")


def matlabs() -> Iterator[Case]:
    """Yield files of MATLAB with objects, damage, or no cube."""
    says = "holds no cube of numbers|is damaged or truncated|cut it into parts|export its magnitude"

    def mat(name: str, words: str = says, **arrays: object) -> Case:
        return case(name, written(name, lambda path: savemat(path, arrays)), words)

    cube = np.ones((SIDE, SIDE, 4), "u2")
    good = written("a.mat", lambda path: savemat(path, {"cube": cube}))
    yield case("half.mat", good[: len(good) // 2], says)
    yield case("start.mat", good[:130], says)
    yield case("huge.mat", good.replace(struct.pack("<ii", SIDE, SIDE), struct.pack("<ii", 2**30, 2**30)), says)
    yield mat("cells.mat", cells=np.array([cube, "x"], dtype=object))
    yield mat("structure.mat", s={"a": np.ones(3)})
    yield mat("words.mat", text="only words")
    yield mat("line.mat", line=np.ones(100))
    yield mat("complex.mat", cube=cube.astype("c8"))
    link = written("a.mat", _linked)
    yield case("elsewhere.mat", link, "another file.*; copy everything into one file")


def _linked(path: Path) -> None:
    with h5py.File(path, "w", userblock_size=512) as file:
        file["cube"] = h5py.ExternalLink("/etc/passwd", "/x")
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + bytes(8) + b"\x00\x02IM")


def numpies() -> Iterator[Case]:
    """Yield arrays of NumPy with objects, code, or no picture."""
    says = "no plain numbers|save plain numbers|no picture|is damaged or truncated: |is truncated: |export amplitude"

    def npy(values: np.ndarray) -> bytes:
        return written("a.npy", lambda path: np.save(path, values, allow_pickle=True))

    good = npy(np.ones((SIDE, SIDE), "u2"))
    code = good.replace(b"'fortran_order': False", b"'fortran_order': exit()")
    yield case("half.npy", good[: len(good) // 2], says)
    yield case("start.npy", good[:8], says)
    yield case("code.npy", code, says)
    yield case("objects.npy", npy(np.array([[{}] * SIDE] * SIDE, dtype=object)), says)
    yield case("words.npy", npy(np.full((SIDE, SIDE), "a")), says)
    yield case("line.npy", npy(np.ones(100)), says)
    yield case("complex.npy", npy(np.ones((SIDE, SIDE), "c8")), says)
    yield case("nothing.npy", npy(np.ones((0, 0))), says)
    yield case("huge.npy", good.replace(b"(32, 32)", b"(9**9,)  "[:8]), says)
    yield case("objects.npz", zipped({"a.npy": npy(np.array([{}], dtype=object))}), says)
