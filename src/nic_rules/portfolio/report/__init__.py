"""The report of a review: gathered while cases stream by, told as one page."""
