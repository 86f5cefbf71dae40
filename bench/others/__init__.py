"""The book of 26 criteria in engines that have an environment of their own (`make bench`)."""
