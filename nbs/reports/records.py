#!/usr/bin/env python3
"""Run the full-length trainings behind the reports, one after another, on any machine.

    python nbs/reports/records.py FOLDER             train all runs that are not finished
    python nbs/reports/records.py FOLDER --status    say what is done and what is left
    python nbs/reports/records.py FOLDER --copy      copy the records of finished runs into this clone

The runs lie in FOLDER, which should be outside the clone. A finished run is used again and a broken one is resumed
from its last checkpoint, so the script can be stopped and started at will. It trains one seed of every recipe, then
the second seeds, then the third ones. It runs at low priority and with one thread (set OMP_NUM_THREADS for more), and
downloads CIFAR-10 if needed. Expect days on two cores.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from convert import modern_record

RECIPES = ("david_onecycle", "resnet18_onecycle", "resnet9_onecycle_l1", "dilated_step", "resnet18_bn_onecycle",
           "resnet18_gn_plateau", "airbench94", "airbench94_muon")
SEEDS = 3
RESULTS = Path(__file__).parent / "results"
STOPPED = 128 + signal.SIGINT, 128 + signal.SIGTERM  # exit statuses of a run that was asked to stop


def runs(folder):
    "(recipe, seed, path of the run) in the order in which they are trained."
    from cifar_exp import experiments, recipes
    for seed in range(SEEDS):
        for name in RECIPES:
            yield name, seed, experiments.place(recipes.override(recipes.get(name), [f"seed={seed}"]), folder)


def finished(path):
    "Whether a run is trained, evaluated and reported."
    return (path / "record.json").is_file() and (path / "report.html").is_file()


def state(path):
    "How far a run is, in words."
    from cifar_exp.engine.checkpoints import files, step_of
    if finished(path):
        return "done"
    kept = files(path)
    return f"broken off after step {step_of(kept[0]):,}" if kept else "to do"


def run(name, seed, folder):
    "Train one run in a process of its own; its exit status. A signal to stop goes on to it, and it saves a checkpoint."
    options = ["--set", f"seed={seed}", "--seeds", "1", "--out", str(folder)]
    command = [sys.executable, "-m", "cifar_exp", "train", name, *options]
    environment = dict(os.environ, OMP_NUM_THREADS=os.environ.get("OMP_NUM_THREADS", "1"))
    with subprocess.Popen(command, env=environment) as process:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the process by itself
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        return process.wait()


def train(folder):
    "Train all runs that are left. A run that fails does not stop the others; 1 if one did."
    if hasattr(os, "nice"):
        os.nice(10)
    failed = []
    for name, seed, path in runs(folder):
        if finished(path):
            continue
        print(f"{name}, seed {seed}: {state(path)}", flush=True)
        status = run(name, seed, folder)
        if status in STOPPED:
            return status
        if status:
            failed.append(f"{name}, seed {seed}")
    print("failed: " + "; ".join(failed) if failed else "all runs are done")
    return int(bool(failed))


def copy(folder):
    "Copy the records of finished runs, and their steps, into nbs/reports/results."
    for file in sorted(folder.glob("*/seed-*/record.json")):
        if not finished(file.parent):
            continue
        record = json.loads(file.read_text())
        if "views" in record["test"]:
            record = modern_record(record)
        name = f"{record['recipe']['name']}-seed{record['recipe']['seed']}"
        (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=1))
        shutil.copyfile(file.parent / "steps.csv", RESULTS / f"{name}.steps.csv")
        print("copied", name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the runs lie")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--status", action="store_true", help="say what is done and what is left")
    action.add_argument("--copy", action="store_true", help="copy the records of finished runs into this clone")
    args = parser.parse_args()
    if args.copy:
        return copy(args.folder)
    if args.status:
        for name, seed, path in runs(args.folder):
            print(f"{name:<22}seed {seed}  {state(path)}")
        return 0
    return train(args.folder)


if __name__ == "__main__":
    sys.exit(main())
