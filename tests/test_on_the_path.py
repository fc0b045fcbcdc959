"""A report is made by papermill, Great Expectations, nbconvert, pandas and seaborn, and by nothing in their place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from shops import ROOT

COUNTING = '''
"""Write down each call of some functions, in this process and in those that it starts or forks."""

import functools, importlib.machinery, os, sys

CALLS = {
    "papermill.execute": "execute_notebook",
    "great_expectations.datasource.fluent.interfaces": "Batch.validate",
    "nbconvert.exporters.templateexporter": "TemplateExporter._create_environment",
    "pandas.core.frame": "DataFrame.__init__",
    "seaborn.matrix": "heatmap",
}

def counted(module, path):
    *owners, name = path.split(".")
    owner = functools.reduce(getattr, owners, module)
    function = getattr(owner, name)

    @functools.wraps(function)
    def call(*args, **kwargs):
        with open(os.environ["CALLS"], "a") as told:
            told.write(module.__name__.partition(".")[0] + "\\n")
        return function(*args, **kwargs)

    setattr(owner, name, call)

class Finder:
    @staticmethod
    def find_spec(name, path, target=None):
        if name not in CALLS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        load = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (load(module), counted(module, CALLS[name]))
        return spec

sys.meta_path.insert(0, Finder)
'''


@pytest.mark.slow
def test_every_tool_is_called_for_a_full_report(project: Path, tmp_path: Path) -> None:
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(COUNTING, encoding="utf-8")
    shutil.rmtree(project / ".retro")  # what was checked and computed before
    calls = tmp_path / "calls.txt"
    path = os.pathsep.join([str(tmp_path / "hook"), str(ROOT / "src")])
    command = [sys.executable, "-m", "retro", "run", "2025Q1/new_user_week", "--force"]

    subprocess.run(command, cwd=project, env={**os.environ, "PYTHONPATH": path, "CALLS": str(calls)}, check=True)

    found = Counter(calls.read_text().split())
    assert found["papermill"] == 2, "once for each language"
    assert {"great_expectations", "nbconvert", "pandas", "seaborn"} <= set(found)
