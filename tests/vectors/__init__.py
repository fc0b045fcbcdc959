"""Run files of test vectors through the public functions: `python -m tests.vectors FILE...`.

The format is that of the vectors' own README. A module for each family of areas says how its `config` and `data` are
asked of `retro` and how `expected` is compared; `AREAS` in `__main__` lists them. No module knows a vector by name.
"""
