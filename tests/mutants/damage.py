"""Damage: what happens to files on their way, and what an attacker does to them."""

import random
import struct
from collections.abc import Callable, Sequence

HEADER = 512  # bytes where formats say what comes
_TELLING = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]

Damage = Callable[[bytearray, random.Random, Sequence[bytes]], bytearray]


def flip_bits(data: bytearray, dice: random.Random, others: Sequence[bytes]) -> bytearray:
    """Turn some bits over."""
    for _ in range(dice.choice((1, 2, 8, 64))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return data


def cut_short(data: bytearray, dice: random.Random, others: Sequence[bytes]) -> bytearray:
    """Lose the end."""
    return data[: dice.randrange(len(data))]


def cut_out(data: bytearray, dice: random.Random, others: Sequence[bytes]) -> bytearray:
    """Lose something in the middle."""
    start = dice.randrange(len(data))
    return data[:start] + data[start + dice.choice((1, 2, 4, 64, 4096)) :]


def splice(data: bytearray, dice: random.Random, others: Sequence[bytes]) -> bytearray:
    """Go on as another file does."""
    other = dice.choice(others)
    return data[: dice.randrange(len(data))] + other[dice.randrange(len(other)) :]


def say_twice(data: bytearray, dice: random.Random, others: Sequence[bytes]) -> bytearray:
    """Repeat a piece."""
    start = dice.randrange(len(data))
    piece = data[start : start + dice.choice((4, 64, 1024))]
    return data[:start] + piece * dice.choice((2, 3, 50)) + data[start:]


def rewrite_header(data: bytearray, dice: random.Random, others: Sequence[bytes]) -> bytearray:
    """Put telling numbers where formats say how large things are."""
    for _ in range(dice.choice((1, 1, 2, 4))):
        width = dice.choice((1, 2, 4))
        value = dice.choice(_TELLING) & (256**width - 1)
        at = dice.randrange(max(1, min(HEADER, len(data)) - width))
        data[at : at + width] = value.to_bytes(width, dice.choice(("little", "big")))
    return data


def rewrite_directory(data: bytearray, dice: random.Random, others: Sequence[bytes]) -> bytearray:
    """Do so in the first directory of a TIFF, wherever it lies; in the header of anything else."""
    if bytes(data[:4]) not in {b"II*\0", b"MM\0*"} or len(data) < 16:
        return rewrite_header(data, dice, others)
    order = "<" if data[:1] == b"I" else ">"
    (place,) = struct.unpack_from(f"{order}I", data, 4)
    if place + 2 > len(data):
        return rewrite_header(data, dice, others)
    (count,) = struct.unpack_from(f"{order}H", data, place)
    entry = place + 2 + 12 * dice.randrange(max(count, 1))
    field, form = dice.choice(((0, "H"), (2, "H"), (4, "I"), (8, "I")))
    if entry + 12 <= len(data):
        struct.pack_into(f"{order}{form}", data, entry + field, dice.choice(_TELLING) & (0xFFFF if form == "H" else ~0))
    return data


DAMAGES: list[Damage] = [flip_bits, cut_short, cut_out, splice, say_twice, rewrite_header, rewrite_directory]


def damaged(content: bytes, others: Sequence[bytes], dice: random.Random) -> bytes:
    """Return a file with one damage, or with a few."""
    data = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if data:
            data = dice.choice(DAMAGES)(data, dice, others)
    return bytes(data)
