"""Image classification experiments on CIFAR-10, in notebooks: https://github.com/cifar-exp/cifar_exp"""
__version__ = "0.2.0.dev0"

from importlib import import_module

MODULES = {name: name for name in (
    "data", "augment", "loader", "models", "optim", "training", "lr_finder", "recipes", "fitting", "evaluation", "gradcam",
    "experiments")} | {"runs": "apps.runs"}
NAMES = {"ImageSet": "data", "Splits": "data", "cifar10": "data", "shapes10": "data", "image_folder": "data",
         "train": "training", "Callback": "training", "Recipe": "recipes", "fit": "fitting", "find_lr": "fitting"}
__all__ = [*MODULES, *NAMES]


def __getattr__(name):
    "Import a public name when it is used for the first time: torch takes seconds."
    if name in MODULES:
        return import_module(f"cifar_exp.{MODULES[name]}")
    if name in NAMES:
        return getattr(import_module(f"cifar_exp.{NAMES[name]}"), name)
    raise AttributeError(f"module 'cifar_exp' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__])
