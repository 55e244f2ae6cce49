"""The package as settings.ini describes it."""
from configparser import ConfigParser
from pathlib import Path

from setuptools import setup

HERE = Path(__file__).parent
parser = ConfigParser(delimiters=["="])
parser.read(HERE / "settings.ini", encoding="utf-8")
cfg = parser["DEFAULT"]
lib, reports = cfg["lib_path"], f"{cfg['lib_path']}.reports"

setup(
    name=cfg["lib_name"],
    version=cfg["version"],
    description=cfg["description"],
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    keywords=cfg["keywords"],
    author=cfg["author"],
    author_email=cfg["author_email"],
    url=cfg["git_url"],
    license="MIT",
    license_files=["LICENSE"],
    python_requires=f">={cfg['min_python']}",
    packages=[lib, f"{lib}.engine", f"{lib}.apps", reports],
    package_dir={reports: f"{cfg['nbs_path']}/reports"},  # only the records, so that a notebook finds them anywhere
    package_data={lib: ["recipe_files/*.yaml"], f"{lib}.apps": ["*.j2", "*.js"], reports: ["*/*.json", "*/*.csv"]},
    install_requires=cfg["requirements"].split(),
    extras_require={"dev": cfg["dev_requirements"].split()},
    entry_points={"console_scripts": cfg["console_scripts"].split()},
    zip_safe=False,
)
