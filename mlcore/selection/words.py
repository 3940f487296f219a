"""Why a candidate was chosen, in plain words."""

from collections.abc import Callable

from mlcore.selection.comparison import Comparison, Row


def reason(comparison: Comparison) -> str:
    """Return two to five sentences: the choice, the nearest rival, what to expect, and who couldn't be tried."""
    said = [_choice(comparison), *_rivals(comparison), _expectation(comparison)]
    refused: dict[str, str] = {row.encoder: row.refusal for row in comparison.rows if row.refusal}
    said += [f"{name} was not tried: {why}." for name, why in refused.items()]
    return " ".join(said)


def _choice(comparison: Comparison) -> str:
    best = comparison.best
    held = f"{comparison.labels} labels held out by {comparison.grouping}"
    if comparison.amounts:
        return f"{_capital(best.name)}: a typical error of {best.mean:.3g} ({held})."
    return f"{_capital(best.name)}: {100 * best.mean:.0f} % right ({held}, each class counting the same)."


def _rivals(comparison: Comparison) -> list[str]:
    show = _shown(comparison)
    best, leader = comparison.best, comparison.leader
    said = []
    if leader is not best and leader.behind is not None:
        gap = leader.behind
        said.append(
            f"{_capital(leader.name)} was {show(-gap.mean)} better, which is little and within its standard error "
            f"({show(gap.error)}), so the simpler one is taken."
        )
    others = [row for row in comparison.rows if row.behind and row.encoder != best.encoder and row is not leader]
    if others:
        rival = min(others, key=lambda row: row.mean if comparison.amounts else -row.mean)
        said.append(_rival(rival, show))
    return said


def _rival(row: Row, show: Callable[[float], str]) -> str:
    gap = row.behind
    if gap is None:
        return ""
    if gap.wins == gap.losses == 0:
        return f"{_capital(row.name)} does just as well."
    sure = "more than chance would do" if gap.low > 0 else "which could be chance"
    side = "worse" if gap.mean >= 0 else "better"
    beaten = gap.wins if gap.mean >= 0 else gap.losses
    low, high = (gap.low, gap.high) if gap.mean >= 0 else (-gap.high, -gap.low)
    return (
        f"{_capital(row.name)} is {show(abs(gap.mean))} {side} (95 %: {_bare(show(low))} to {show(high)}), "
        f"in {beaten} of {gap.splits} splits, {sure}."
    )


def _expectation(comparison: Comparison) -> str:
    low, value, high = comparison.expected.low, comparison.expected.value, comparison.expected.high
    tried = sum(not row.refusal for row in comparison.rows)
    if comparison.amounts:
        expect = (
            f"an error of {value:.3g} ({low:.3g} to {high:.3g}); always saying the mean gives {comparison.chance:.3g}"
        )
    else:
        expect = (
            f"{100 * value:.0f} % ({100 * low:.0f} to {100 * high:.0f}); guessing gives {100 * comparison.chance:.0f} %"
        )
    if not comparison.better_than_chance:
        return f"But no candidate is better than chance with these labels: expect {expect}. Label more before choosing."
    luck = "" if tried == 1 else f"The best of {tried} looks better than it is: elsewhere "
    return f"{luck}{'expect' if luck else 'Expect'} {expect}."


def _shown(comparison: Comparison) -> Callable[[float], str]:
    """Return how a difference is said: points of accuracy, or of RMSE in the amounts' unit."""
    if comparison.amounts:
        return lambda gap: f"{gap:.3g}"
    return lambda gap: f"{100 * gap:.1f} points"


def _bare(text: str) -> str:
    return text.split(" ")[0]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
