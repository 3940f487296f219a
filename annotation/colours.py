"""Colours of classes: told apart with any kind of colour vision, and those that a name makes one expect."""

import re
from collections.abc import Collection

# Okabe and Ito 2008, then Tol's muted scheme; state/classes.js has the same, and the same meanings.
COLOURS = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#882255",
    "#117733", "#332288", "#999933", "#aa4499", "#44aa99", "#ddcc77", "#661100", "#888888",
)  # fmt: skip
_MEANINGS = (  # the narrower first
    (r"^(no change|unchanged)", "#888888"),
    (r"\b(salt|ice\b|snow|glacier|cloud)", "#56b4e9"),
    (r"\b(wetland|marsh|swamp|mangrove|reeds?\b|bogs?\b)", "#44aa99"),
    (r"\b(forest|tree|wood|conifer|broadleaf)", "#117733"),
    (r"\b(vegetation|grass|meadow|pasture|shrub|green|parks?\b|plant)", "#009e73"),
    (r"\b(crop|field|farm|agricult|arable|wheat|maize|corn\b|rice\b)", "#999933"),
    (r"\b(water|river|lake|seas?\b|ocean|pond|flood|reservoir|stream)", "#0072b2"),
    (r"\b(built|building|urban|house|roof|city|residential|settlement)", "#d55e00"),
    (r"\b(burn|burnt|scar|lava|fire)", "#661100"),
    (r"\b(road|asphalt|rails?\b|railway|parking|runway|concrete|rock|stone)", "#888888"),
    (r"\b(bare|sand|beach|desert|dune|soil|barren)", "#ddcc77"),
)


def free_colour(taken: Collection[str], name: str = "") -> str:
    """Return the colour that a class of this name is expected to have, if no other has it, or the first free one."""
    meant = next((colour for words, colour in _MEANINGS if re.search(words, name.lower(), re.ASCII)), None)
    if meant and meant not in taken:
        return meant
    return next((colour for colour in COLOURS if colour not in taken), COLOURS[len(taken) % len(COLOURS)])
