"""Languages that are read and written through liblouis."""
