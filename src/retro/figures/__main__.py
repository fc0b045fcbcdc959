"""Write `docs/metrics.md` anew: `python -m retro.figures`."""

from retro.figures.page import metrics_page
from retro.files import project_root, write_atomic

if __name__ == "__main__":
    write_atomic(project_root() / "docs" / "metrics.md", metrics_page())
