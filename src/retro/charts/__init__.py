"""Charts: marks that sections declare; a frame and the texts of a language in, a `Chart` out."""

from retro.charts.chart import Chart
from retro.charts.cumulative import cumulative
from retro.charts.dots import dots
from retro.charts.forest import forest, panels
from retro.charts.heatmap import heat_map
from retro.charts.lines import line_chart
from retro.charts.lorenz import lorenz
from retro.charts.rows import row_chart
from retro.charts.scatter import scatter
from retro.charts.waterfall import waterfall

__all__ = [
    "Chart",
    "cumulative",
    "dots",
    "forest",
    "heat_map",
    "line_chart",
    "lorenz",
    "panels",
    "row_chart",
    "scatter",
    "waterfall",
]
