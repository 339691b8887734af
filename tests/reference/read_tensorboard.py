"""Lists the scalars TensorBoard finds in a run's folder: read_tensorboard.py FOLDER."""

import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1])
events.Reload()
for tag in sorted(events.Tags()["scalars"]):
    for scalar in events.Scalars(tag):
        print(f"{tag} {scalar.step} {scalar.value:.6g}")
