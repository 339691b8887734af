"""Has TensorBoard read the events of a run: read_tensorboard.py FOLDER.

Its scalars must be the rows of metrics.csv, all of them and no others, to the accuracy of 32 bits.
"""

import csv
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = pathlib.Path(sys.argv[1])
events = EventAccumulator(str(folder))
events.Reload()
found = {(tag, scalar.step): scalar.value for tag in events.Tags()["scalars"] for scalar in events.Scalars(tag)}
with open(folder / "metrics.csv", encoding="utf-8") as file:
    expected = {
        (f"{what}/{row['split']}", int(row["iteration"])): float(row[what])
        for row in csv.DictReader(file)
        for what in ("loss", "accuracy")
    }
assert found.keys() == expected.keys(), (found.keys() ^ expected.keys())
for key, value in expected.items():
    assert abs(found[key] - value) <= 1e-7 * abs(value), (key, found[key], value)
print(f"TensorBoard finds {len(found)} scalars, as they are in metrics.csv")
