"""Rule books: read from files, checked as a whole, and cut into editions by days."""
