"""Name every place where two statements share a line, in notebooks and modules.

    python .ci/statements.py

A short `if ...: return` (or raise, continue, break) may stand on one line, and so may a body that is only `...`.
"""
import ast
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHORT = ast.Return, ast.Raise, ast.Continue, ast.Break


def sources(path):
    "(place, source) pairs: the cells of a notebook, or the whole of a module."
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield str(path.relative_to(ROOT)), text
        return
    for n, cell in enumerate(json.loads(text)["cells"]):
        if cell["cell_type"] == "code":
            source = re.sub(r"^(\s*)[!%].*$", r"\1pass", "".join(cell["source"]), flags=re.M)
            yield f"{path.relative_to(ROOT)}, cell {n}", source


def shared(source):
    "The numbers of lines on which a statement begins that is not the first one there."
    for node in ast.walk(ast.parse(source)):
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(node, field, None)
            if not isinstance(statements, list): continue
            for before, statement in zip([node, *statements], statements):
                end = before.end_lineno if before is not node else getattr(node, "lineno", 0)
                short = isinstance(node, ast.If) and not node.orelse and isinstance(statement, SHORT)
                empty = isinstance(statement, ast.Expr) and getattr(statement.value, "value", 0) is ...
                if statement.lineno == end and not short and not empty:
                    yield statement.lineno


def main():
    files = subprocess.check_output(["git", "ls-files", "*.ipynb", "*.py"], cwd=ROOT, text=True).split()
    places = [f"{place}, line {line}" for file in files
              for place, source in sources(ROOT / file) for line in shared(source)]
    print("\n".join(places) or "every statement has a line of its own")
    return bool(places)


if __name__ == "__main__":
    sys.exit(main())
