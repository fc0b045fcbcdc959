"""retro."""
