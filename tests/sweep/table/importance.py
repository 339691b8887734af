"""What Optuna's PED-ANOVA says of two sets of trials: writes importance.csv, with the trials of made-up.csv and those of
results.csv (needs the package optuna, whose version it notes).

    python importance.py"""

import csv
import math
import random
from pathlib import Path

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

here = Path(__file__).parent
optuna.logging.set_verbosity(optuna.logging.ERROR)


def importances(trials: list[optuna.trial.FrozenTrial]) -> dict[str, float]:
    study = optuna.create_study(direction="maximize")
    study.add_trials(trials)
    evaluator = optuna.importance.PedAnovaImportanceEvaluator()
    return optuna.importance.get_param_importances(study, evaluator=evaluator)


def made_up() -> list[optuna.trial.FrozenTrial]:
    """Ranges of each kind, and a parameter that is in effect with one rule alone."""
    chance = random.Random(1)
    spaces = {
        "rule": CategoricalDistribution(["a", "b"]),
        "rate": FloatDistribution(1e-4, 1e-1, log=True),
        "part": FloatDistribution(0.0, 0.5),
        "units": IntDistribution(10, 200),
        "few": IntDistribution(1, 8),
        "batch": IntDistribution(8, 512, log=True),
        "momentum": FloatDistribution(0.5, 1.0),
    }
    trials = []
    for _ in range(150):
        params = {
            "rule": chance.choice("ab"),
            "rate": float(f"{math.exp(chance.uniform(math.log(1e-4), math.log(1e-1))):.3e}"),
            "part": float(f"{chance.uniform(0, 0.5):.3e}"),
            "units": chance.randint(10, 200),
            "few": chance.randint(1, 8),
            "batch": round(math.exp(chance.uniform(math.log(8), math.log(512)))),
        }
        if params["rule"] == "b":
            params["momentum"] = float(f"{chance.uniform(0.5, 1):.3e}")
        value = 0.9 - 0.05 * (math.log10(params["rate"]) + 2.5) ** 2 - 0.1 * (params.get("momentum", 0.8) - 0.7) ** 2
        value -= 0.002 * abs(params["few"] - 3) + 0.00005 * abs(params["units"] - 120)
        value = float(f"{value + chance.gauss(0, 0.005):.6f}")
        trials.append(optuna.trial.create_trial(
            params=params, value=value, distributions={name: spaces[name] for name in params}))
    return trials


def table() -> list[optuna.trial.FrozenTrial]:
    rows = list(csv.DictReader((here / "results.csv").open()))
    names = [name for name in rows[0] if name != "accuracy"]
    lists = {name: CategoricalDistribution(list(dict.fromkeys(row[name] for row in rows))) for name in names}
    return [optuna.trial.create_trial(params={name: row[name] for name in names}, value=float(row["accuracy"]),
                                      distributions=lists) for row in rows]


trials = made_up()
names = ["rule", "rate", "part", "units", "few", "batch", "momentum"]
with (here / "made-up.csv").open("w", newline="") as file:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow([*names, "accuracy"])
    rows.writerows([*(trial.params.get(name, "") for name in names), trial.value] for trial in trials)
with (here / "importance.csv").open("w", newline="") as file:
    file.write(f"# Optuna {optuna.__version__}, PedAnovaImportanceEvaluator(): file, parameter, importance\n")
    rows = csv.writer(file, lineterminator="\n")
    for name, found in (("made-up", importances(trials)), ("results", importances(table()))):
        rows.writerows([name, parameter, repr(share)] for parameter, share in found.items())
