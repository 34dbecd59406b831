"""Spanish, uncontracted, and the languages of Spain that share its signs."""
