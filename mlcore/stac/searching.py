"""Searching: which items of a STAC API or of a static catalogue show an area, within dates, with few enough clouds.

How much of a catalogue is looked at has an end.
"""

from mlcore.errors import MLCoreError, UnreadableFile
from mlcore.stac.items import Item, read_item
from mlcore.stac.query import Findings, Query, fits

__all__ = ["MOST_ITEMS", "Findings", "Query", "search"]

MOST_ITEMS = 500
_SLACK = 4  # times as many items are looked at as are wanted, where the host does not look at clouds itself
_MORE = 100


def search(query: Query) -> Findings:
    """Return the items that fit, the first ones of many.

    Raises:
        NotReachable, RemoteGone, RemoteAway, FileTooLarge: the catalogue cannot be read.
        UnreadableFile: there is no catalogue at the address.
    """
    from mlcore.stac import asking  # noqa: PLC0415 (a third of a second)

    most = min(query.most, MOST_ITEMS)
    items, seen, broken = list[Item](), set[tuple[str, str]](), 0
    told = asking.told(query)
    try:
        for number, (data, base) in enumerate(told):
            if number >= most * _SLACK + _MORE:
                raise asking.Ended
            try:
                item = read_item(data, base)
            except UnreadableFile:
                broken += 1
                continue
            if (item.collection, item.id) not in seen and fits(item, query):
                if len(items) == most:
                    raise asking.Ended
                seen.add((item.collection, item.id))
                items.append(item)
    except asking.Ended:
        return Findings(tuple(items), complete=False, broken=broken)
    except MLCoreError:
        raise
    except asking.FAULTS as error:
        raise UnreadableFile(f"The catalogue cannot be read: {str(error)[:200]}") from error
    except (ValueError, KeyError, TypeError, AttributeError, NotImplementedError, RecursionError) as error:
        raise UnreadableFile("There is no STAC catalogue at this address, or a damaged one.") from error
    return Findings(tuple(items), complete=True, broken=broken)
