#!/usr/bin/env python3
"""Compare the speed of a training step in this clone and in another checkout, alternating between them.

    git worktree add /tmp/before 7050bac
    python nbs/reports/versions.py /tmp/before --out nbs/reports/bench/versions.json

Each version runs in its own process, as the commands do. Each turn runs --steps steps of one version, then of the
other. Both get the same recipe, images and augmentation, so their losses can be compared too, except those of
dilated_step with 0.1.0, whose dropout drew other values. Needs CIFAR-10 and Linux.
"""
import argparse
import json
import math
import os
import pickle
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
RECIPES = ("resnet18_gn_plateau", "resnet9_onecycle_l1", "david_onecycle", "resnet18_onecycle", "dilated_step",
           "airbench94_muon")
COMMON = ["augment=flip_crop", "test_augment=none", "alternating_flip=false"]  # 0.1.0 has other policies
WORKER = """
import itertools
import os
import pickle
import resource
import sys
import time
root, threads, name, changes, data_root = sys.argv[1:]
sys.path.insert(0, root)
import cifar_exp
assert cifar_exp.__file__.startswith(root), f"no cifar_exp in {root}"
new = os.path.exists(os.path.join(root, "cifar_exp", "engine"))  # not by an import, which may find another clone's
if new:
    from cifar_exp.engine.memory import keep_memory
    keep_memory()
else:  # the commands of 0.1.0 asked torch for huge pages instead
    os.environ["THP_MEM_ALLOC_ENABLE"] = "1"
import torch
torch.set_num_threads(int(threads))
from cifar_exp import data, recipes, training
answers, sys.stdout = sys.stdout.buffer, sys.stderr
recipe, splits = recipes.override(recipes.get(name), changes.split(",")), data.load("cifar10", data_root or None)
if new:
    from cifar_exp import fitting
    state = training.TrainState(**fitting.setup(recipe, splits))
    state.model.train()
else:
    state = training.start(recipe, splits, torch.device("cpu"))
    training.ready(state)
batches = (batch for epoch in itertools.count() for batch in state.loader.epoch(epoch))
while True:
    steps = pickle.load(sys.stdin.buffer)
    if not steps:
        break
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    for _, x, y in itertools.islice(batches, steps):
        training.train_step(state, x, y)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    answer = dict(wall=wall / steps, user=(after.ru_utime - before.ru_utime) / steps,
                  system=(after.ru_stime - before.ru_stime) / steps, peak=after.ru_maxrss * 1024 / 1e6,
                  losses=[loss.item() for loss in state.losses[-steps:]])
    pickle.dump(answer, answers)
    answers.flush()
"""


def commit(root):
    "The commit of a checkout."
    return subprocess.check_output(["git", "-C", root, "rev-parse", "--short=12", "HEAD"], text=True).strip()


class Side:
    "A checkout that trains in a process of its own."
    def __init__(self, root, threads, name, data_root):
        command = [sys.executable, "-c", WORKER, str(root), str(threads), name, ",".join(COMMON), data_root]
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def steps(self, n):
        pickle.dump(n, self.process.stdin)
        self.process.stdin.flush()
        return pickle.load(self.process.stdout) if n else self.process.wait()


def compare(roots, name, threads, turns, steps, data_root):
    "Side -> a list of what each turn took."
    sides = {side: Side(root, threads, name, data_root) for side, root in roots.items()}
    done = {side: [] for side in sides}
    for _ in range(turns + 1):  # the first turn warms up
        for side, process in sides.items():
            done[side].append(process.steps(steps))
    for process in sides.values():
        process.steps(0)
    return done


def summary(done):
    "Medians over the turns but the first, the ratio turn by turn, and the largest relative difference of the losses."
    middle = {side: {k: statistics.median(turn[k] for turn in turns[1:]) for k in ("wall", "user", "system", "peak")}
              for side, turns in done.items()}
    ratios = [a["wall"] / b["wall"] for a, b in zip(done["before"][1:], done["now"][1:])]
    losses = [[loss for turn in done[side] for loss in turn["losses"]] for side in ("before", "now")]
    assert all(math.isfinite(loss) for side in losses for loss in side), "a loss is not finite"
    apart = max(abs(a - b) / a for a, b in zip(*losses))
    return dict(n=len(ratios), **middle, ratio=statistics.median(ratios), least=min(ratios), most=max(ratios),
                losses=dict(steps=len(losses[0]), apart=apart))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, help="the other checkout")
    parser.add_argument("--recipes", nargs="+", default=RECIPES)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--steps", type=int, default=4, help="in a turn")
    parser.add_argument("--root", default="", help="the folder of CIFAR-10")
    parser.add_argument("--out", type=Path, help="write the result into this JSON file")
    args = parser.parse_args()
    sys.path.insert(0, str(HERE))
    import torch
    from cifar_exp.engine import convolutions, hardware
    result = dict(processor=hardware.processor_name(torch.device("cpu")), instructions=convolutions.instructions(),
                  threads=args.threads, torch=torch.__version__, before=commit(args.before), now=commit(HERE),
                  recipes={})
    for name in args.recipes:
        roots = dict(before=args.before.resolve(), now=HERE)
        done = compare(roots, name, args.threads, args.turns, args.steps, args.root)
        result["recipes"][name] = row = summary(done)
        print(f"{name:<22}{row['before']['wall']:7.2f} s {row['now']['wall']:7.2f} s  {row['ratio']:.2f} times as fast "
              f"({row['least']:.2f} to {row['most']:.2f}, n = {row['n']}); losses of {row['losses']['steps']} steps "
              f"{row['losses']['apart']:.2%} apart; peak {row['now']['peak']:,.0f} MB", flush=True)
        if args.out:
            args.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
