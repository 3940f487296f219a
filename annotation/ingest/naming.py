"""Naming: what a ready-made chip is called, and which files show one sample with several sensors."""

import re

from annotation.ingest.staging import plain_name

LONGEST = 300  # characters
# Words that say by what a file was taken; classes and places, which folders are named after as well, are none of them.
_SENSOR = re.compile(
    r"(s[12]|sentinel[12]|l[4-9]|lc0?[89]|le0?7|lt0?[45]|landsat[4-9]|planet|spot|modis|enmap|prisma|desis|aviris|naip|"
    r"worldview[1-4]?|wv[1-4]|ikonos|sar|radar|vv|vh|hh|hv|msi|ms|multispectral|optical|rgb|rgbn|nir|swir|tir|thermal|"
    r"pan|hs|hsi|hyperspectral|dem|dsm|dtm|chm|elevation|lidar|aerial|uav|drone)(hand|grd|slc|l1c|l2a|sr|toa)?"
)
_PARTS = re.compile(r"[^_\-. ]+")


def plain_path(name: str) -> str:
    """Return a sender's path of folders and file, safe to show anywhere; never used as a path here."""
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip() not in ("", ".", "..")]
    return "/".join(map(plain_name, parts))[-LONGEST:] or "unnamed"


def without_ending(path: str) -> str:
    """Return a path without the ending of its file."""
    folder, slash, file = path.rpartition("/")
    stem, dot, _ = file.rpartition(".")
    return f"{folder}{slash}{stem if dot and stem else file}"


def key_of(name: str) -> str:
    """Return what the files of one sample have in common: their path without the words that name a sensor.

    'S1/a', 'S2/a', 'a_S1' and 'a_S2' are all 'a'; 'water/a' and 'rock/a' differ.
    """
    *folders, stem = name.split("/")
    kept = [folder for folder in folders if not _names_sensor(folder)]
    words = list(_PARTS.finditer(stem))
    inner = [word for word in words if not _names_sensor(word.group())]
    if words and len(inner) < len(words):
        stem = stem[inner[0].start() : inner[-1].end()] if _at_an_end(words, inner) else stem if inner else ""
    return "/".join([*kept, stem] if stem else kept) or name


def _names_sensor(word: str) -> bool:
    return _SENSOR.fullmatch(re.sub(r"[_\-. ]", "", word.lower())) is not None


def _at_an_end(words: list[re.Match[str]], inner: list[re.Match[str]]) -> bool:
    """Return whether the words that name a sensor lie before or behind all others."""
    return bool(inner) and words.index(inner[-1]) - words.index(inner[0]) + 1 == len(inner)
