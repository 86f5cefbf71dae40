"""Many cases at once, in columns: the same answers as for each case alone."""
