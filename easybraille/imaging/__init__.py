"""Opens pictures, PDF files and archives, and transforms pictures."""
