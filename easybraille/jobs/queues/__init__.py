"""Queues of the messages of jobs: SQS, or SQLite on one machine."""
