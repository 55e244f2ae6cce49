"""Check the import arrows of the package.

    python .ci/arrows.py

A main-road module imports only from main-road modules before it and from `engine`; an engine module only from engine
modules before it; `apps` may import all. The order is that of the notebooks' numbers.
"""
import ast
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def order():
    "Module names such as 'engine.files', by floor, in the order of their notebooks."
    floors = {"engine": [], "main": [], "apps": []}
    for path in sorted((ROOT / "nbs").glob("**/[0-9]*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        if name := re.search(r"^#\| *default_exp (\S+)", source, re.M):
            floor = path.parent.name if path.parent.name in floors else "main"
            floors[floor].append(name[1])
    return floors


def imports(path, package):
    "Absolute names such as 'engine.files.read_file' that a module imports from the package."
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom): continue
        module = node.module or ""
        if node.level:
            above = package[:len(package) - node.level + 1]
            module = ".".join([*above, *filter(None, [module])])
        elif module.split(".")[0] == "cifar_exp":
            module = module.partition(".")[2]
        else:
            continue
        for alias in node.names:
            yield "*" if alias.name == "*" else ".".join(filter(None, [module, alias.name]))


def complaints():
    "One line for each arrow that points the wrong way."
    floors = order()
    known = {module for modules in floors.values() for module in modules}
    for floor, modules in floors.items():
        for place, module in enumerate(modules):
            path = ROOT / "cifar_exp" / (module.replace(".", "/") + ".py")
            for name in imports(path, module.split(".")[:-1]):
                target = next((m for m in (name, name.rpartition(".")[0]) if m in known), None)
                below = modules[:place] + (floors["engine"] if floor == "main" else [])
                if name == "*":
                    yield f"{module} imports a star: import by name"
                elif target and floor != "apps" and target not in below:
                    yield f"{module} imports from {target}, which comes after it or lies above it"


if __name__ == "__main__":
    found = list(complaints())
    print("\n".join(found) or "every module imports only from modules below it")
    sys.exit(bool(found))
