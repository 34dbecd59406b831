"""Where the objects of jobs are kept: S3 or a folder."""
