"""Chances of classes as the newest fit gives them, by the classes in use."""

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Rows
from annotation.arrays.material import Material

_ROWS_A_CHUNK = 20_000


def chances(material: Material, rows: Rows) -> NDArray[np.float32]:
    """Return what the newest fit says of rows, [n, C]; zeros where it said nothing."""
    whole = np.zeros((len(rows), len(material.codes)), np.float32)
    if material.fit is None:
        return whole
    kept = rows < len(material.fit.values)
    said = material.fit.values[rows[kept]].astype(np.float32) @ _columns(material)
    whole[kept] = said / np.maximum(said.sum(1, keepdims=True), 1e-6)
    return whole


def best(material: Material, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the class code and its chance of each row; code 0 where the fit said nothing."""
    codes, levels = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.float32)
    for start in range(0, len(rows) if len(material.codes) else 0, _ROWS_A_CHUNK):
        part = slice(start, start + _ROWS_A_CHUNK)
        said = chances(material, rows[part])
        levels[part] = said.max(1)
        codes[part] = np.where(levels[part] > 0, material.codes[said.argmax(1)], 0)
    return codes, levels


def _columns(material: Material) -> NDArray[np.float32]:
    """Return the table [K, C] that adds the fit's classes up to those in use."""
    in_use = material.project.codes_in_use()
    place = {int(code): at for at, code in enumerate(material.codes)}
    columns = material.fit.columns if material.fit else ()
    table = np.zeros((len(columns), len(material.codes)), np.float32)
    for at, code in enumerate(columns):
        if code in in_use:
            table[at, place[in_use[code]]] = 1
    return table
