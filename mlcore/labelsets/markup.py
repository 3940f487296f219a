"""Markup: XML of strangers, without document types, entities or anything else that grows."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import IO, Any

from mlcore.errors import UnreadableFile, UnsafeFile

Element = ElementTree.Element
_BLOCK = 65536


def elements(file: IO[bytes], tag: str, name: str) -> Iterator[Element]:
    """Yield the elements of a name without namespace, one after another, and forget each.

    Raises:
        UnsafeFile: it declares a document type, with which entities come.
        UnreadableFile: it is no whole XML.
    """
    parser: Any = ElementTree.XMLPullParser(("end",))
    try:
        before = b""
        while block := file.read(_BLOCK):
            if b"<!DOCTYPE" in before[-16:] + block or b"<!ENTITY" in before[-16:] + block:
                raise UnsafeFile(f"{name} declares a document type or entities; write it without.")
            parser.feed(block)
            before = block
            yield from _ended(parser, tag)
        parser.close()
        yield from _ended(parser, tag)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableFile(f"{name} is no whole XML ({error}); write it again.") from error


def _ended(parser: Any, tag: str) -> Iterator[Element]:
    for _, element in parser.read_events():
        if plain(element) == tag:
            yield element
            element.clear()


def plain(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element, *path: str) -> Element | None:
    """Return the first element below along a path of names."""
    below: Element | None = element
    for name in path:
        below = next((each for each in below if plain(each) == name), None) if below is not None else None
    return below


def text(element: Element, *path: str) -> str:
    """Return the text of an element below; '' where there is none."""
    there = child(element, *path)
    return (there.text or "").strip() if there is not None else ""
