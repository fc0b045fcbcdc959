"""What reports can see of files now is remembered: a run that changes nothing opens no table."""

import subprocess
import sys
from pathlib import Path

import pandas as pd

_ASK = """
import sys
from pathlib import Path
from retro.sources import load_source
from retro.sources.seen_now import seen_in_files
seen = seen_in_files(load_source(Path("params/source.yaml")), "source.yaml")
print(seen, "retro.sources.tables" in sys.modules, "ibis" in sys.modules)
"""


def _ask(project: Path) -> list[str]:
    done = subprocess.run([sys.executable, "-c", _ASK], cwd=project, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_source_that_is_remembered_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "source.yaml").write_text(
        "timezone: UTC\ncurrency: CNY\nobserved_until: 2025-04-01T00:00\n"
        "folder: params\ntables:\n  orders: {path: orders.parquet}\n"
    )
    orders = pd.DataFrame({"order_id": ["1"], "ordered_at": pd.to_datetime(["2025-01-02"])})
    orders.to_parquet(tmp_path / "params" / "orders.parquet")

    seen, *opened = _ask(tmp_path)
    assert opened == ["True", "True"]
    assert _ask(tmp_path) == [seen, "False", "False"]

    later = pd.DataFrame({"order_id": ["2"], "ordered_at": pd.to_datetime(["2025-01-03"])})
    pd.concat([orders, later]).to_parquet(tmp_path / "params" / "orders.parquet")
    assert _ask(tmp_path)[0] != seen
