"""Cases from files: one case, or a portfolio of many."""
