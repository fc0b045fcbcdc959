"""`python -m retro` is the command line."""

from __future__ import annotations

from retro.cli import main

if __name__ == "__main__":
    main()
