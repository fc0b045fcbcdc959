"""When this process began to load `retro`."""

import time

BEGAN = time.time()
"""Code in files that changed later is not the code that runs."""
