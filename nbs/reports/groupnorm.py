#!/usr/bin/env python3
"""Trials with the GroupNorm network of system 1: which optimizer and learning rate does it learn with?

    python nbs/reports/groupnorm.py nbs/reports/groupnorm.json [TRIAL ...]

Each trial trains the network of `resnet18_gn_plateau` for a few hundred steps on CIFAR-10 and then evaluates it on
the first 2,000 test images. A trial that the file already holds is not repeated. Needs CIFAR-10; with one thread a
trial takes 10 to 60 minutes.
"""
import argparse
import itertools
import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HERE))

import numpy as np
import torch
from cifar_exp import data, fitting, recipes, training
from cifar_exp.engine import hardware, memory, records

SGD = "optimizer={name: sgd, momentum: 0.9, weight_decay: 5.0e-4}"
ADAM = "optimizer={name: adam}"


def phases(*pairs):
    "The learning rate of each step from (steps, learning rate) pairs."
    return np.concatenate([np.full(steps, lr) for steps, lr in pairs])


def warmed_up(steps, lr, total):
    "A linear rise to the learning rate, which then stays."
    return np.minimum(np.arange(1, total + 1) / steps, 1) * lr


class NormedHead(torch.nn.Module):
    "Normalises the pooled features, so that what all images have in common no longer drives the classifier."
    def __init__(self, head):
        super().__init__()
        self.norm, self.head = torch.nn.BatchNorm1d(head.in_features), head

    def forward(self, x):
        return self.head(self.norm(x))


# name: batch size, optimizer, learning rates, whether the head's input is normalised
TRIALS = {
    "sgd 0.1, then 0.02, then 0.004": (128, SGD, phases((200, 0.1), (200, 0.02), (200, 0.004)), False),
    "adam 0.001": (128, ADAM, phases((200, 0.001)), False),
    "sgd 0.1, normed head": (128, SGD, phases((200, 0.1)), True),
    "sgd 0.01": (128, SGD, phases((200, 0.01)), False),
    "sgd, warm-up to 0.03": (128, SGD, warmed_up(100, 0.03, 200), False),
    "sgd 0.01, normed head": (128, SGD, phases((200, 0.01)), True),
    "adam 0.0003": (128, ADAM, phases((200, 0.0003)), False),
    "sgd 0.003": (128, SGD, phases((200, 0.003)), False),
}


def trial(splits, batch_size, optimizer, lrs, normed_head):
    "Losses of the steps, and accuracies."
    changes = [f"batch_size={batch_size}", optimizer, "schedule={name: constant, max_lr: 1}"]
    recipe = recipes.override(recipes.get("resnet18_gn_plateau"), changes)
    things = fitting.setup(recipe, splits)
    model = things["model"].train()
    if normed_head:
        model.linear = NormedHead(model.linear)
        things["optimizer"].add_param_group(dict(params=model.linear.norm.parameters()))
    epochs = -(-len(lrs) // len(things["loader"]))
    padded = np.resize(lrs, epochs * len(things["loader"]))
    state = training.TrainState(**things | dict(lrs=padded, epochs=epochs))
    batches = (batch for epoch in itertools.count() for batch in training.batches(state.loader, epoch))
    start, correct = time.perf_counter(), []
    for x, y in itertools.islice(batches, len(lrs)):
        before = int(state.correct)
        training.train_step(state, x, y)
        correct.append(int(state.correct) - before)
    test = splits.test[:2000]
    scores = training.infer(model, test, things["test"].transform, precision=state.precision)
    return dict(batch_size=batch_size, optimizer=recipe.optimizer.model_dump(), normed_head=normed_head,
                lrs=lrs.tolist(), losses=[loss.item() for loss in state.losses],
                train_accuracy=[n / batch_size for n in correct],
                test_accuracy=scores.argmax(1).eq(test.labels).double().mean().item(),
                seconds=time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="the JSON file of the record")
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help=f"default: {'; '.join(TRIALS)}")
    args = parser.parse_args()
    memory.keep_memory()
    splits = data.cifar10()
    record = json.loads(args.file.read_text()) if args.file.exists() else dict(trials={})
    precision = hardware.pick_precision("auto", torch.device("cpu"))
    record["provenance"] = records.provenance(splits, precision=precision)
    for name in args.trials or TRIALS:
        if name in record["trials"]:
            continue
        record["trials"][name] = row = trial(splits, *TRIALS[name])
        args.file.write_text(json.dumps(record, indent=1) + "\n")
        print(f"{name:<36}loss at the end {np.mean(row['losses'][-20:]):.3f}, highest {max(row['losses']):.1f}; "
              f"training {np.mean(row['train_accuracy'][-20:]):.1%}, test {row['test_accuracy']:.1%}; "
              f"{row['seconds'] / len(row['losses']):.1f} s a step", flush=True)


if __name__ == "__main__":
    main()
