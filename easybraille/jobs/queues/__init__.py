"""Where the messages of jobs wait: SQS or a folder."""
