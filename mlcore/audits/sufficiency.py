"""Sufficiency: how many audits it takes before a figure says something. The one rule by which figures are told."""

import math

_Z95 = 1.959964
WIDEST = 0.54  # of a 95 % interval of a share: what may lie 27 points higher or lower tells next to nothing


def fewest(widest: float = WIDEST) -> int:
    """Return with how many audits the interval of a share is no wider, whatever the share is.

    Wilson's interval is widest at one half, where its width is z / sqrt(n + z^2) (Wilson 1927).
    """
    return math.ceil(_Z95**2 * (1 / widest**2 - 1))


LEAST = fewest()  # 10 audits


def missing(audits: float, low: float = 0.0, high: float = 0.0) -> int:
    """Return how many more audits it takes, about, until a share with this interval may be told; 0 if it may.

    A share by too few audits is not told, however narrow its interval: all right of three would be 'between 44 and
    100 %'. Nor is one whose interval is too wide, such as of audits that weigh unlike: widths shrink with the root.
    """
    lacking = max(0, LEAST - math.floor(audits))
    if high - low > WIDEST:
        lacking = max(lacking, math.ceil(audits * (((high - low) / WIDEST) ** 2 - 1)), 1)
    return lacking
