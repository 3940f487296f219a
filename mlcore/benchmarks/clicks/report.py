"""The report of clicks as Markdown, and the curves as a picture."""

from collections.abc import Sequence

import numpy as np

from mlcore.benchmarks.clicks.clicker import MOST_CLICKS
from mlcore.benchmarks.clicks.runs import ENOUGH, ROWS, Run

_AT = (1, 3, 5, 10, 20)
_INTRODUCTION = f"""# How many clicks a shape takes

Made by `python -m mlcore.benchmarks clicks`.

A scripted clicker clicks in the middle of the largest piece that is wrong, inside or outside, at most {MOST_CLICKS}
times. Ours is the code of the labelling page itself, run by Node on what the server sends of a tile; like the page, it
goes by the median size of the nine shapes before, of one class and set. The random walker (Grady 2006, scikit-image)
gets all bands, stretched; before something is outside, all is inside. Figures: mean clicks to an intersection over
union of {ENOUGH} ({MOST_CLICKS} where it is never reached), and the mean overlap after so many clicks.

Weights were chosen on the tiles of one colour of a checkerboard (of crowns: on one of three plots), and what is shown
is of the others. Crowns are ellipses in the boxes that people drew, so nothing can follow their edges exactly.

Read with care: shapes are few (`--most`). In the run that is kept here, of ten shapes a set, ours needs fewer clicks
to 0.85 than the random walker on crowns and land cover, as many on buildings, and neither reaches it on water, whose
shapes lie in many pieces; after one click ours has more right on three sets of four. The aim of 30 % fewer clicks is
not met.
"""


def markdown(runs: Sequence[Run], titles: dict[str, str]) -> str:
    """Return the report of runs on sets with these titles by name."""
    lines = [_INTRODUCTION]
    for name, title in titles.items():
        own = [each for each in runs if each.data == name]
        count = len({each.target for each in own})
        lines += [f"## {title}", "", f"{count} shapes", ""]
        lines.append("| row | clicks to 0.85 | reached | " + " | ".join(f"after {clicks}" for clicks in _AT) + " |")
        lines.append("|---" * (len(_AT) + 3) + "|")
        for row in dict.fromkeys(each.row for each in own):
            of_row = [each for each in own if each.row == row]
            clicks = np.mean([each.clicks() for each in of_row])
            reached = np.mean([max(each.curve, default=0) >= ENOUGH for each in of_row])
            cells = [f"{np.mean([each.overlap(at) for each in of_row]):.2f}" for at in _AT]
            lines.append(f"| {ROWS[row][0]} | {clicks:.1f} | {100 * reached:.0f}% | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)
