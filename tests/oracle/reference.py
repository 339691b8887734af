"""Makes reference.json: small random graphs with PyTorch's results, for tests that have no PyTorch.

Used by ./run oracle --reference: python reference.py PROGRAM OUTPUT
"""

import json
import sys

import torch

import comparison
import judge
from oracle import lines_of

GRAPHS = 300
# The most numbers of the results of one graph, and how many of each result are written.
LARGEST = 150
SAMPLED = 6


def sample(count):
    """Positions spread over a result."""
    return range(count) if count <= SAMPLED else [k * (count - 1) // (SAMPLED - 1) for k in range(SAMPLED)]


def rounded(number):
    return float(f"{number:.15g}")


def entry(line):
    """Of each result: how many numbers, s (comparison.py), the largest, and a sample."""
    judged = judge.Judged(line)
    reference, nodes = judged.results()
    disturbed = [judged.results(1 + k)[0] for k in range(judge.DISTURBED)]
    results = []
    for i, each in enumerate(reference):
        moves = comparison.sensitivity(each, [d[i] for d in disturbed], judge.ETA)
        size = max(map(abs, each.tolist()), default=0.0)
        results.append([each.size, float(f"{moves:.2g}"), float(f"{size:.3g}"),
                        [rounded(each[at]) for at in sample(each.size)]])
    return {"seed": line["seed"], "fingerprint": line["fingerprint"],
            "longest": max(value.size for value in nodes.values()), "results": results}


def main():
    program, output = sys.argv[1:]
    torch.set_num_threads(1)
    entries = []
    for line in lines_of(program, 1, 3 * GRAPHS, "small"):
        if "error" in line:
            raise RuntimeError(f"seed {line['seed']}: {line['error']}")
        if sum(len(judge.numbers(each)) for each in line["runs"]["double"]) <= LARGEST:
            entries.append(entry(line))
        if len(entries) == GRAPHS:
            break
    with open(output, "w", encoding="utf-8") as file:
        file.write('{"ops": ' + json.dumps(line["makers"]) + ',\n"graphs": [\n')
        file.write(",\n".join(json.dumps(each, separators=(",", ":")) for each in entries))
        file.write("\n]}\n")
    print(f"{output}: {len(entries)} graphs, to seed {entries[-1]['seed']}")


if __name__ == "__main__":
    main()
