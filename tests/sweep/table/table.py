"""What other programs make of the sweep in table.yaml: writes results.csv, the accuracy of every trial on validation, and
tpe.csv, how well Optuna's TPE does on it (needs the package optuna, whose version it notes).

    gradus sweep table.yaml --out FOLDER && python table.py FOLDER"""

import csv
import json
import sys
from pathlib import Path

import optuna

SEEDS = 20
TRIALS = 100

here = Path(__file__).parent
folder = Path(sys.argv[1])
plan = json.loads((folder / "sweep.json").read_text())
names = list(plan["space"])
lists = {name: plan["space"][name]["values"] for name in names}
trials = sorted(map(json.loads, (folder / "trials.jsonl").read_text().splitlines()), key=lambda line: line["trial"])
results = {}
for trial in trials:
    values = dict(trial["values"])
    score = trial["last"] if trial["ending"] == "done" else None
    results[tuple(values[name] for name in names)] = score["accuracy"] if score else 0.0
with (here / "results.csv").open("w", newline="") as file:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow([*names, "accuracy"])
    rows.writerows([*values, f"{accuracy:.6f}"] for values, accuracy in results.items())


def is_number(text: str) -> bool:
    try:
        float(text)
        return True
    except ValueError:
        return False


def objective(trial: optuna.Trial) -> float:
    values = []
    for name in names:
        choices = lists[name]
        if all(map(is_number, choices)):
            # An order, which TPE can use.
            values.append(choices[trial.suggest_int(name, 0, len(choices) - 1)])
        else:
            values.append(trial.suggest_categorical(name, choices))
    return results[tuple(values)]


optuna.logging.set_verbosity(optuna.logging.WARNING)
with (here / "tpe.csv").open("w", newline="") as file:
    file.write(f"# Optuna {optuna.__version__}, TPESampler(multivariate=False): the best accuracy so far after each trial, a row a seed\n")
    rows = csv.writer(file, lineterminator="\n")
    for seed in range(SEEDS):
        study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
        study.optimize(objective, n_trials=TRIALS)
        best, so_far = 0.0, []
        for done in study.trials:
            best = max(best, done.value)
            so_far.append(f"{best:.6f}")
        rows.writerow(so_far)
