"""Both tables of `many.py` in engines that have an environment of their own (`make bench`)."""
