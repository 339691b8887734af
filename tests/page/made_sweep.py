"""A sweep that nobody ran, whose numbers the tests know and whose names are hostile, in the page of a real one."""

import json

hostile = "</script><script>window.attacked=1</script>"
image = "<img src=x onerror=\"window.attacked=1\">'\\"


def trials():
    """Forty trials: the rate goes up evenly in its logarithm, momentum is in effect with sgd alone."""
    made = []
    for number in range(40):
        values = {"rate": repr(10 ** (-4 + 3 * number / 39)), "units": ["64", "16", "256"][number % 3],
                  "optimizer": ["adam", "sgd"][number % 2], image: ["plain", hostile][number // 20]}
        if number % 2:
            values["momentum"] = repr(0.5 + 0.01 * number)
        accuracy = 0.5 + 0.01 * ((number * 7) % 40)
        made.append({"number": number, "name": f"{number:04}-made", "values": values, "ending": "done", "message": "",
                     "accuracy": accuracy, "loss": 1 - accuracy, "epoch": 2, "seconds": 1 + number, "parameters": 1000,
                     "curve": [[1, accuracy / 2, 1.2], [2, accuracy, 1 - accuracy]]})
    made[3]["name"] = hostile
    made[8].update(ending="diverged", message=image, accuracy=None, loss=None, epoch=None, curve=[[1, None, None]])
    made[9].update(ending="refused", message="too large", accuracy=None, loss=None, epoch=None, curve=[])
    made[10].update(ending="stopped", epoch=1)
    return made


def page_data():
    """What a page holds whose every number the tests know."""
    return {"parameters": [{"name": "rate", "min": 1e-4, "max": 0.1, "log": True, "number": True},
                           {"name": "units", "values": ["64", "16", "256"], "number": True},
                           {"name": "optimizer", "values": ["adam", "sgd"], "number": False},
                           {"name": image, "values": ["plain", hostile], "number": False},
                           {"name": "momentum", "min": 0.5, "max": 0.9, "log": False, "number": True}],
            "trials": trials(),
            "importance": [{"name": "rate", "share": 0.75}, {"name": image, "share": 0.25}],
            "correlation": [{"label": "rate", "pearson": 0.5, "spearman": -0.25},
                            {"label": f"{image} = {hostile}", "pearson": None, "spearman": 0.125}]}


def write(source, target, data):
    """The page `source` of the program around other data."""
    begin = '<script type="application/json" id="sweep-data">'
    before, rest = source.read_text(encoding="utf-8").split(begin)
    after = rest.split("</script>", 1)[1]
    target.write_text(before + begin + json.dumps(data).replace("<", "\\u003c") + "</script>" + after, encoding="utf-8")
