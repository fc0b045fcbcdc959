"""The command, and how it compares."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vectors.vector import agrees

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "../shared/vectors/funnel_retention_value.json"


def run(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.vectors", *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_published_vectors_pass() -> None:
    if not PUBLISHED.is_file():
        pytest.skip("the published vectors are not here")
    done = run(PUBLISHED)
    assert "FAIL" not in done.stdout
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].endswith("skipped")


def test_vectors_of_our_own_pass() -> None:
    """Campaigns estimated together and the simulation of their money by hand; ratios corrected by tea-tasting."""
    done = run(Path(__file__).parent / "own.json")
    assert done.stdout == "4 passed, 0 failed, 0 skipped\n"
    assert done.returncode == 0


def test_failures_and_skips_are_said(tmp_path: Path) -> None:
    events = [["u", "a", 0], ["u", "b", 5]]
    funnel = {"area": "funnel", "config": {"steps": ["a", "b"], "window_seconds": 5}, "data": {"events": events}}
    vectors = [
        funnel | {"id": "right", "expected": {"counts": [1, 1]}},
        funnel | {"id": "wrong", "expected": {"counts": [1, 0]}},
        funnel | {"id": "unclear", "expected": {"mood": "good"}},
        {"id": "foreign", "area": "weather/rain", "data": {}, "expected": {}},
    ]
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"vectors": vectors}), encoding="utf-8")
    done = run(file)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "FAIL wrong: counts: expected [1, 0], found [1, 1]",
        "SKIP unclear: none of the expected keys ['mood'] is known",
        "SKIP foreign: area 'weather/rain' has no check",
        "1 passed, 1 failed, 2 skipped",
    ]


def test_no_file_is_wrong_usage() -> None:
    assert run().returncode == 2


@pytest.mark.parametrize(
    ("wanted", "found", "rule", "same"),
    [
        (3, 3, None, True),
        (3, 3.001, None, False),
        (3, True, None, False),
        (None, None, None, True),
        (None, 0, None, False),
        (0.5, float("nan"), None, False),
        (1.07869e-07, 1.08e-07, None, False),
        (12345.6, 12346.0, None, True),
        (0.05, 0.06, "abs:0.02", True),
        (100, 104, "rel:0.05", True),
        ([1, 2], [1, 2, 3], None, False),
        ({"a": 1}, {"a": 1, "b": 2}, None, True),
        ({"a": 1}, {"b": 1}, None, False),
        ("x", "y", None, False),
    ],
)
def test_agrees(wanted: object, found: object, rule: str | None, same: bool) -> None:
    assert agrees(wanted, found, rule) is same
