"""Make README.md from nbs/index.ipynb, every link to this repository from settings.ini, and ask Colab for a GPU.

    python .ci/links.py            write what is out of date
    python .ci/links.py --check    write nothing: name what is out of date

Both name every relative link that leads to no file in git, and every notebook without a Colab badge or install cell.
The links to this repository are those with the user, repository and branch of index.ipynb's Colab badge; they get
those of settings.ini. Every notebook's metadata gets the request for a GPU.
"""
import base64
import json
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from posixpath import dirname, join, normpath

import nbformat
from nbconvert import MarkdownExporter

ROOT = Path(__file__).resolve().parent.parent
INDEX, PICTURES = "nbs/index.ipynb", "nbs/images/index-"
GPU = {"accelerator": "GPU", "colab": {"gpuType": "T4", "provenance": []}}  # as Colab writes it
NOTE = "<!-- Made from nbs/index.ipynb by .ci/links.py: edit the notebook, not this file. -->\n\n"
COLAB = "https://colab.research.google.com"
BADGE = re.compile(r'(?<=^    ")\[!\[Open In Colab\]\(\S+/github/([^/]+)/([^/]+)/blob/([^/]+)/\S+\)(?="$)', re.M)
LINK = re.compile(r'(\]\(|(?:src|href)=")(?![a-z]+:|#)([^)\s"#]+)')
CODE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.M | re.S)
DIRECTIVE = re.compile(r"^# *\| *(.*?) *$", re.M)


def relink(text, old, new):
    "`text` with the addresses of repository `old` (user, name, branch) turned into those of `new`"
    user, name, branch = map(re.escape, old)
    text = re.sub(rf"(github(?:usercontent)?\.com/|/github/){user}/{name}(?![\w-])", rf"\g<1>{new[0]}/{new[1]}", text)
    text = re.sub(rf"({new[0]}/{new[1]}/(?:blob/|tree/|raw/)?){branch}/", rf"\g<1>{new[2]}/", text)
    return re.sub(rf"{user}\.github\.io/{name}(?![\w-])", f"{new[0]}.github.io/{new[1]}", text)


def with_gpu(text):
    "The text of a notebook that asks Colab for a GPU, and holds no state of widgets"
    nb = json.loads(text)
    nb["metadata"] |= GPU
    nb["metadata"].pop("widgets", None)
    return text if nb == json.loads(text) else json.dumps(nb, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def from_root(text):
    "`text` of the index notebook with its relative links as they are from the root of the repository"
    return LINK.sub(lambda m: m[1] + normpath(join(dirname(INDEX), m[2])), text)


def readme(notebook):
    "README.md and its pictures, as text or bytes by path, from the text of the index notebook"
    nb, cells, files = nbformat.reads(notebook, 4), [], {}
    for cell in nb.cells:
        flags = DIRECTIVE.findall(cell.source) if cell.cell_type == "code" else []
        if {"hide", "include: false"} & set(flags):
            continue
        if cell.cell_type == "markdown":
            parts = CODE.split(cell.source)
            parts[::2] = map(from_root, parts[::2])
            cell.source = "".join(parts)
        else:
            cell.source = DIRECTIVE.sub("", cell.source).strip()
            if "echo: false" in flags or not cell.source:
                cell.metadata["transient"] = {"remove_source": True}
        caption = "".join(f[8:].strip(" \"'") for f in flags if f.startswith("fig-cap:"))
        for n, data in enumerate(o.data for o in cell.get("outputs", []) if "data" in o):
            if "text/markdown" in data:
                data["text/markdown"] = from_root(data["text/markdown"])
            if "image/png" in data:
                path = f"{PICTURES}{cell.id}-{n}.png"
                files[path] = base64.b64decode(data.pop("image/png"))
                data["text/markdown"] = f"![{caption}]({path})"
            if "text/html" in data:
                data["text/html"] = re.sub(r"<style.*?</style>\s*", "", data["text/html"], flags=re.S)
        cells.append(cell)
    nb.cells, nb.metadata["language_info"] = cells, {"name": "python"}
    text = re.sub(r"\n{3,}", "\n\n", MarkdownExporter().from_notebook_node(nb)[0])
    return {"README.md": NOTE + text.strip() + "\n"} | files


def wanted(texts, settings, complaints):
    "What the tracked `texts` should say, and README.md with its pictures, by path"
    new = tuple(settings[k] for k in ("user", "repo", "branch"))
    badge = BADGE.search(texts[INDEX])
    old = badge.groups() if badge else new
    result = {}
    for path, text in texts.items():
        text = relink(text, old, new)
        if path.endswith(".ipynb"):
            here = f"{COLAB}/github/{new[0]}/{new[1]}/blob/{new[2]}/{path}"
            text, badges = BADGE.subn(f"[![Open In Colab]({COLAB}/assets/colab-badge.svg)]({here})", text)
            installs = text.count(json.dumps(f'! [ -e /content ] && pip install -q "git+{settings["git_url"]}.git"'))
            if (badges, installs) != (1, 1):
                complaints.append(f"{path}: has {badges} Colab badge cells and {installs} Colab install cells; "
                                  f"copy one of each from {INDEX}")
            text = with_gpu(text)
        result[path] = text
    return result | readme(result[INDEX])


def dead_links(path, text, tracked):
    "A complaint for every relative link in the prose of a notebook or Markdown file that leads to no file in git"
    if path.endswith(".ipynb"):
        text = "\n\n".join(c.source for c in nbformat.reads(text, 4).cells if c.cell_type == "markdown")
    for _, link in LINK.findall(CODE.sub("", text)):
        target = normpath(join(dirname(path), link))
        if not any(f == target or f.startswith(target + "/") for f in tracked):
            yield f"{path}: its link to {link} leads to no file in git"


def main(check):
    settings = ConfigParser(delimiters=["="])
    settings.read(ROOT / "settings.ini", encoding="utf-8")
    tracked = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    texts = {f: (ROOT / f).read_text(encoding="utf-8") for f in tracked if f.endswith((".ipynb", ".md", ".j2"))}
    if INDEX not in texts:
        sys.exit(f"{INDEX} is not in git: README.md is made from it")
    complaints = []
    files = wanted(texts, settings["DEFAULT"], complaints)
    for path, content in files.items():
        target, content = ROOT / path, content if isinstance(content, bytes) else content.encode()
        if target.exists() and target.read_bytes() == content:
            continue
        if check:
            complaints.append(f"{path}: out of date; run `python .ci/links.py` and commit what it writes")
        else:
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
            print("wrote", path)
    pictures = [f for f in tracked if f.startswith(PICTURES)]
    complaints += [f"{f}: the index shows it no more; run `git rm {f}`" for f in pictures if f not in files]
    for path, text in files.items():
        if not isinstance(text, bytes):
            complaints += dead_links(path, text, tracked)
    print("\n".join(complaints) or "README, badges, GPU requests and links are up to date")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
