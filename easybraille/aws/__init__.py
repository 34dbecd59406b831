"""What the core needs of AWS: addresses in S3, clients."""
