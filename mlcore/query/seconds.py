"""How long a label will take: learnt from those that were made, for each person and tool."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures, NotEnoughLabels

_SHORTEST, _LONGEST = 0.3, 300.0  # seconds; beyond, somebody slipped or had coffee
_PRIOR_LABELS = 4.0  # with so many labels, a person's own pace counts for as much as everybody's


@dataclass(frozen=True)
class Pace:
    """Log seconds = a common level + a person's and a tool's difference + facts of the sample times their slopes."""

    level: float
    people: dict[str, float]
    tools: dict[str, float]
    slopes: NDArray[np.float64]  # [p]
    means: NDArray[np.float64]  # [p] of the facts
    spread: float  # of log seconds around the prediction

    @classmethod
    def fit(
        cls,
        seconds: NDArray[np.floating],
        people: Sequence[str],
        tools: Sequence[str],
        facts: NDArray[np.floating] | None = None,
    ) -> "Pace":
        """Fit by ridge regression on log seconds, so that whoever labelled little is predicted like the others.

        Args:
            seconds: [n] that each label took.
            people: who made each.
            tools: with which tool.
            facts: [n, p] of each sample, such as doubt, number of objects, cloudiness, 1 if the tile was a new one.

        Raises:
            NotEnoughLabels: no label at all.
            BadFeatures: lengths differ, or a value isn't finite.
        """
        taken, known = np.asarray(seconds, np.float64), _facts(facts, len(seconds))
        if not len(taken):
            raise NotEnoughLabels("Nobody has labelled yet, so nobody knows how long a label takes.")
        if not len(taken) == len(people) == len(tools) or not (np.isfinite(taken).all() and np.isfinite(known).all()):
            raise BadFeatures("Seconds, people, tools and facts must be of one length and finite.")
        logs = np.log(taken.clip(_SHORTEST, _LONGEST))
        names = [*sorted({("person", name) for name in people}), *sorted({("tool", name) for name in tools})]
        place = {name: number for number, name in enumerate(names)}
        design = np.zeros((len(taken), len(names) + known.shape[1]))
        rows = np.arange(len(taken))
        design[rows, [place["person", name] for name in people]] = 1
        design[rows, [place["tool", name] for name in tools]] = 1
        means = known.mean(0)
        design[:, len(names) :] = known - means
        level = float(logs.mean())
        solved = np.linalg.solve(design.T @ design + _PRIOR_LABELS * np.eye(design.shape[1]), design.T @ (logs - level))
        return cls(
            level,
            {name: float(solved[place["person", name]]) for name in set(people)},
            {name: float(solved[place["tool", name]]) for name in set(tools)},
            solved[len(names) :],
            means,
            float((logs - level - design @ solved).std()),
        )

    def predict(
        self, count: int, *, person: str = "", tool: str = "", facts: NDArray[np.floating] | None = None
    ) -> NDArray[np.float32]:
        """Return expected seconds [count] for samples with these facts [count, p]; strangers get the common pace."""
        known = _facts(facts, count) if facts is not None else np.tile(self.means, (count, 1))
        if known.shape != (count, len(self.slopes)):
            raise BadFeatures(f"The pace knows {len(self.slopes)} facts of a sample, got {known.shape}.")
        logs = self.level + self.people.get(person, 0) + self.tools.get(tool, 0) + (known - self.means) @ self.slopes
        return np.exp(logs + self.spread**2 / 2).clip(_SHORTEST, _LONGEST).astype(np.float32)

    def factor(self, person: str, tool: str, seconds: NDArray[np.floating], usual: NDArray[np.floating]) -> float:
        """Return how many times the common seconds a person takes now, moved by what they did since the fit.

        A factor leaves the order of gains a second as it is: it says how long a batch takes, not what is in it.

        Args:
            person: who; a stranger begins at the common pace.
            tool: with which all of these labels were made.
            seconds: [n] that each label took since the fit.
            usual: [n] what `predict` said of the same samples, for nobody and no tool.

        Raises:
            BadFeatures: lengths differ, or a value isn't finite.
        """
        taken, expected = np.asarray(seconds, np.float64), np.asarray(usual, np.float64)
        if taken.shape != expected.shape or not (np.isfinite(taken).all() and np.isfinite(expected).all()):
            raise BadFeatures("Seconds taken and usual seconds must be of one length and finite.")
        tools = self.tools.get(tool, 0.0)
        usually = np.log(expected.clip(_SHORTEST, _LONGEST)) - self.spread**2 / 2 + tools
        moved = (np.log(taken.clip(_SHORTEST, _LONGEST)) - usually).sum()
        known = self.people.get(person, 0.0) * _PRIOR_LABELS
        return float(np.exp(tools + (known + moved) / (_PRIOR_LABELS + len(taken))))


def _facts(facts: NDArray[np.floating] | None, count: int) -> NDArray[np.float64]:
    return np.zeros((count, 0)) if facts is None else np.asarray(facts, np.float64)
