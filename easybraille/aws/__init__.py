"""Access to AWS: addresses in S3, and clients."""
