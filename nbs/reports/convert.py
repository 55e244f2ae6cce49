#!/usr/bin/env python3
"""Convert a run of version 0.1, or of the queue that was started with its names, to the names of today.

    python nbs/reports/convert.py RUN FOLDER

It copies the run into FOLDER/NAME-DIGEST/seed-K, where the reports look for it, and renames the keys of its recipe. Its
checkpoints are left behind: a finished run does not need them.
"""
import argparse
import json
import shutil
import sys
from pathlib import Path

import yaml

TOP = {"clip": "grad_clip", "valid": "valid_fraction", "views": "tta"}
OPTIMIZER = {"rest": "other_lr_scale", "rest_momentum": "other_momentum", "head_scale": "head_lr_scale",
             "norm_scale": "norm_lr_scale"}
ONE_CYCLE = {"start_div": "div_factor", "final_div": "final_div_factor"}
STEP = {"every": "step_size", "factor": "gamma"}


def rename(values, names):
    "A dict with some of its keys renamed."
    return {names.get(key, key): value for key, value in values.items()}


def modern_recipe(recipe):
    "The values of a recipe under the names of today."
    recipe = {"fast_convolutions": False} | rename(recipe, TOP)  # version 0.1.0 had no fast convolutions
    recipe["loss"] = "cross_entropy"  # of log-probabilities, it is the negative log-likelihood
    recipe["optimizer"] = rename(recipe["optimizer"], OPTIMIZER)
    kind = recipe["schedule"]["name"]
    recipe["schedule"] = rename(recipe["schedule"], {"one_cycle": ONE_CYCLE, "step": STEP}.get(kind, {}))
    if optimizer := recipe.get("lr_finder", {}).get("optimizer"):
        recipe["lr_finder"]["optimizer"] = rename(optimizer, OPTIMIZER)
    return recipe


def modern_record(record):
    "A record under the names of today."
    return record | dict(recipe=modern_recipe(record["recipe"]), test=rename(record["test"], TOP))


def convert(run, folder):
    "Copy a run; its new path."
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from cifar_exp import experiments, recipes
    recipe = recipes.make(modern_recipe(yaml.safe_load((run / "recipe.yaml").read_text())), str(run))
    path = experiments.place(recipe, folder)
    shutil.copytree(run, path, ignore=shutil.ignore_patterns("checkpoints", ".lock", "tensorboard", "report.html"))
    (path / "recipe.yaml").write_text(recipes.to_yaml(recipe))
    if (path / "record.json").exists():
        record = modern_record(json.loads((path / "record.json").read_text()))
        (path / "record.json").write_text(json.dumps(record, indent=1))
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="the folder of a run")
    parser.add_argument("folder", type=Path, help="the folder of all converted runs")
    args = parser.parse_args()
    print(convert(args.run, args.folder))
