"""Makes classification_report.json: labels, predictions and what scikit-learn reports of them.

Run with any scikit-learn 1.x:  python3 tests/reference/classification_report.py
"""

import json
import pathlib

import numpy
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix


def random_case(seed, classes, examples, right):
    """Labels drawn at random, of which the share `right` is predicted as it should be."""
    rng = numpy.random.default_rng(seed)
    truth = rng.integers(0, classes, examples)
    guess = rng.integers(0, classes, examples)
    return truth.tolist(), numpy.where(rng.random(examples) < right, truth, guess).tolist()


CASES = {
    "all right": (3, ([0, 1, 2, 2], [0, 1, 2, 2])),
    "all wrong": (3, ([0, 1, 2], [1, 2, 0])),
    "two classes": (2, ([0, 0, 0, 1, 1], [0, 1, 0, 1, 0])),
    "a class never predicted": (3, ([0, 1, 2, 2, 1], [0, 1, 1, 0, 1])),
    "a class without support": (4, ([0, 1, 3, 3, 0], [0, 2, 3, 2, 1])),
    "a class in neither": (4, ([0, 1, 3, 3, 0], [0, 1, 3, 0, 1])),
    "one example": (3, ([1], [1])),
    "ten classes at random": (10, random_case(1, 10, 500, 0.0)),
    "ten classes, mostly right": (10, random_case(2, 10, 800, 0.9)),
    "unequal support": (5, ([0] * 90 + [1] * 7 + [2] * 2 + [4], [0] * 80 + [1] * 10 + [4] * 10)),
}


def scores(row):
    return {"precision": row["precision"], "recall": row["recall"], "f1": row["f1-score"],
            "support": int(row["support"])}


def reference(name, classes, truth, predicted):
    labels = list(range(classes))
    report = classification_report(truth, predicted, labels=labels, output_dict=True, zero_division=0)
    return {
        "name": name,
        "classes": classes,
        "truth": truth,
        "predicted": predicted,
        "confusion_matrix": confusion_matrix(truth, predicted, labels=labels).tolist(),
        "accuracy": accuracy_score(truth, predicted),
        "scores": [scores(report[str(label)]) for label in labels],
        "macro": scores(report["macro avg"]),
        "weighted": scores(report["weighted avg"]),
    }


cases = [reference(name, classes, *labels) for name, (classes, labels) in CASES.items()]
target = pathlib.Path(__file__).with_suffix(".json")
target.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n", encoding="utf-8")
