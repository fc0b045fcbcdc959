"""Time the way from checked data to pages: the quarter of the demo, cold and after changes, beside the plain tools.

python benchmarks/pipeline.py [REPORT...]

Each case runs in a copy of the project, by default all six reports in both languages as pages, PDF, brief, slides and
workbook. Beside it stand the same notebooks through the `papermill` and `jupyter nbconvert` command lines, each with an
empty memo. Of every case: seconds on the wall, of the processor for all processes, and the largest process.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import yaml

ROOT = Path(__file__).parents[1]
PERIOD = "2025Q1"
COPIED = ("pyproject.toml", "src", "notebooks", "params", "data_contracts", "data/demo")
BIN = Path(sys.executable).parent
_SUBREAPER = 36
"""Linux, `sys/prctl.h`: processes whose parent has ended become this one's children, so that it counts them too."""


def project(folder: Path, *, data: bool = True) -> Path:
    """A copy of the project without what it has made, and without the demo's data if told so."""
    for name in COPIED[: None if data else -1]:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, symlinks=False)
        else:
            shutil.copy2(ROOT / name, folder / name)
    return folder


def cost(place: Path, commands: Sequence[Sequence[str]]) -> tuple[float, float, int]:
    """What commands cost one after the other: seconds on the wall, of the processor, and MiB of the largest process."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        ctypes.CDLL(None).prctl(_SUBREAPER, 1)
        began, code = time.perf_counter(), 0
        environment = {**os.environ, "PYTHONPATH": str(place / "src")}
        for command in commands:
            done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
            code = code or done.returncode
            if done.returncode:
                sys.stderr.write(done.stderr[-2000:])
        wall = time.perf_counter() - began
        try:
            while True:
                os.waitpid(-1, 0)
        except ChildProcessError:
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
        os.write(writer, f"{wall} {used.ru_utime + used.ru_stime} {used.ru_maxrss // 1024}".encode())
        os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as told:
        wall, processor, largest = told.read().split()
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise SystemExit("a command failed")
    return float(wall), float(processor), int(largest)


def retro(place: Path, reports: Sequence[str]) -> tuple[float, float, int]:
    """One `retro run`."""
    targets = [f"{PERIOD}/{name}" for name in reports] or [PERIOD]
    return cost(place, [[sys.executable, "-m", "retro", "run", target] for target in targets])


def plain(place: Path, reports: Sequence[str]) -> tuple[float, float, int]:
    """The same notebooks through the plain tools, each from nothing."""
    total = (0.0, 0.0, 0)
    for name in reports or sorted(file.stem for file in (place / "params" / PERIOD).glob("*.yaml")):
        kind = yaml.safe_load((place / "params" / PERIOD / f"{name}.yaml").read_text())["kind"]
        for lang in ("zh", "en"):
            shutil.rmtree(place / ".retro", ignore_errors=True)
            made = f"{name}.{lang}.ipynb"
            given = ["-p", "params_file", f"params/{PERIOD}/{name}.yaml", "-p", "lang", lang]
            commands = [[str(BIN / "papermill"), f"notebooks/{kind}.ipynb", made, *given]]
            commands += [
                [str(BIN / "jupyter"), "nbconvert", "--to", form, made, "--output", f"{name}.{lang}"]
                for form in ("retro-html", "retro-pdf")
            ]
            wall, processor, largest = cost(place, commands)
            total = (total[0] + wall, total[1] + processor, max(total[2], largest))
    return total


def late_refund(place: Path) -> None:
    """One more refund, of the day before the data ends."""
    path = place / "data" / "demo" / "refunds.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE refunds AS FROM '{path}'")
        connection.execute(
            "INSERT INTO refunds SELECT * REPLACE (refund_id || 'late' AS refund_id) FROM refunds LIMIT 1"
        )
        connection.execute(f"COPY refunds TO '{path}' (FORMAT parquet)")


def label(place: Path) -> None:
    """Another word in a section that every campaign has."""
    path = place / "src" / "retro" / "sections" / "roi.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# another word\n", encoding="utf-8")


def parameter(place: Path) -> None:
    """Another target in one report."""
    path = place / "params" / PERIOD / "member_day.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("baseline_weeks: 5", "baseline_weeks: 4"), encoding="utf-8"
    )


def main(reports: Sequence[str]) -> None:
    """Print a row for each case."""
    with tempfile.TemporaryDirectory() as folder:
        place = project(Path(folder))
        changes: list[tuple[str, Callable[[Path], None]]] = [
            ("cold", lambda _: None),
            ("unchanged", lambda _: None),
            ("one late refund", late_refund),
            ("one word", label),
            ("one parameter", parameter),
        ]
        cold = 0.0
        for name, change in changes:
            change(place)
            cold = tell(name, retro(place, reports), cold)
        tell("plain papermill and nbconvert", plain(place, reports), cold)


def tell(name: str, measured: tuple[float, float, int], cold: float) -> float:
    """Print a row; the processor's seconds of the first one."""
    wall, processor, largest = measured
    print(
        f"{name:32}{wall:8.1f} s {processor:8.1f} CPU s {largest:6} MiB {processor / (cold or processor):6.2f} x cold"
    )
    return cold or processor


if __name__ == "__main__":
    main(sys.argv[1:])
