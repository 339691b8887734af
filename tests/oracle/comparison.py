"""When two results count as equal, and when they cannot be compared. Needs numpy alone.

A result R is computed three times in double: as it is, and twice with every intermediate number, and whatever flows
back along each edge of the graph, multiplied by about 1 ± η at random (stochastic arithmetic: Vignes 1978).
s = max |R' - R| / η says by how many units of rounding R moves when each operation is rounded. A correct result in a
precision ε is then within a small multiple of

    ε (s + max |R|)

of R, maxima taken over the elements of R. What is wrong by a sign, a scale or a zero is off by the order of R itself.
The errors of a sum of n numbers grow like √n (Higham 2002, 4.2), so the multiple does with the longest sum there is.
Where the bound is no small part of R, rounding alone may decide the sign: such a result is held to the bound too, but
tells little, and is counted as left out.
"""

import dataclasses
import math

import numpy

# How many units pass in sums of up to 64 numbers.
MARGIN = 64.0
# The largest part of a result that its bound may be.
MEANINGFUL = 0.05
EPSILON = {"double": 2.0**-53, "float": 2.0**-24}


def margin(longest):
    """How many units pass where the longest sum is of so many numbers."""
    return MARGIN * max(1.0, math.sqrt(longest / 64))


@dataclasses.dataclass
class Verdict:
    """compared: it tells a sign; relative: error by max |R|; units: error by ε (s + max |R|); why: it did not pass."""

    compared: bool
    passed: bool
    relative: float = 0.0
    units: float = 0.0
    why: str = ""


def sensitivities(reference, disturbed, eta):
    """s of each number by itself; infinite where that is not small, as of the sine of 10²⁰."""
    moved = numpy.max([numpy.abs(each - reference) for each in disturbed], axis=0)
    return numpy.where(moved <= 0.01 * numpy.abs(reference), moved / eta, numpy.inf)


def sensitivity(reference, disturbed, eta):
    """s of the text above."""
    finite = numpy.isfinite(reference)
    moved = [numpy.max(numpy.abs(each[finite] - reference[finite]), initial=0.0) for each in disturbed]
    return float(max(moved)) / eta


def compare_each(found, reference, moves, longest=1, only_finite=False):
    """The same for numbers of any size, in double: each is compared by itself, with its own s. What is below the smallest
    normal number may be 0. NaN and infinities must be where they are expected, unless `only_finite`: an equal expression
    may have a number where the one written down has none."""
    finite = numpy.isfinite(reference)
    verdicts = [compare(found[~finite], reference[~finite], 0.0, "double")] if not only_finite else []
    found, reference, moves = found[finite], reference[finite], moves[finite]
    unit = EPSILON["double"] * (moves + numpy.abs(reference)) + 2.0**-1022 / MARGIN
    with numpy.errstate(invalid="ignore"):
        off = numpy.where(numpy.isinf(unit), 0.0, numpy.abs(found - reference) / unit)
    at = int(numpy.argmax(numpy.where(numpy.isnan(off), numpy.inf, off))) if off.size > 0 else 0
    passed = bool(numpy.all(off <= margin(longest)))
    why = "" if passed else f"[{at}] of the finite ones is {found[at]}, not {reference[at]}: {off[at]:.3g} units of rounding"
    return Verdict(True, passed and all(each.passed for each in verdicts), why="; ".join(
        filter(None, [why, *(each.why for each in verdicts)])))


def compare(found, reference, moves, precision, longest=1):
    """Whether `found` agrees with R = `reference`, of as many numbers, given s = `moves`."""
    found = numpy.asarray(found, dtype=numpy.float64).reshape(-1)
    reference = numpy.asarray(reference, dtype=numpy.float64).reshape(-1)
    if found.size != reference.size:
        return Verdict(True, False, why=f"{found.size} numbers where {reference.size} are expected")
    for name, is_such in (("NaN", numpy.isnan), ("inf", numpy.isposinf), ("-inf", numpy.isneginf)):
        wrong = numpy.flatnonzero(is_such(found) != is_such(reference))
        if wrong.size > 0:
            at = int(wrong[0])
            return Verdict(True, False, why=f"[{at}] is {found[at]}, not {reference[at]}: {name} on one side alone")
    finite = numpy.isfinite(reference)
    error = numpy.where(finite, numpy.abs(numpy.where(finite, found, 0) - numpy.where(finite, reference, 0)), 0)
    at = int(numpy.argmax(error)) if error.size > 0 else 0
    worst = float(numpy.max(error, initial=0.0))
    size = float(numpy.max(numpy.abs(reference[finite]), initial=0.0))
    unit = EPSILON[precision] * (moves + size)
    bound = margin(longest) * unit
    compared = bound <= MEANINGFUL * size
    relative = worst / size if size > 0 else 0.0
    units = worst / unit if unit > 0 else 0.0
    if worst <= bound or not math.isfinite(bound):
        return Verdict(compared, True, relative, units)
    return Verdict(compared, False, relative, units,
                   f"[{at}] is {found[at]}, not {reference[at]}: {units:.3g} units of rounding, where "
                   f"{margin(longest):.0f} pass")
