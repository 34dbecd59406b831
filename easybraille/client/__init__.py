"""The client of `/v1/jobs`: sends a folder of pictures to a deployed service as one job and fetches the results.

It keeps no state. The job's Idempotency-Key is derived from the folder's content and the options, so that the same
command finds its own job again, asks which files are missing, and continues.
"""
