"""One script for each page, read from top to bottom."""
