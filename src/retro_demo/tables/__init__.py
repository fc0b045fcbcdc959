"""Tables: the columns of each, and the files they are written to."""
