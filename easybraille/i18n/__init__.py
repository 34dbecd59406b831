"""The sentences that people read, by language."""
