"""A folder of pictures through a deployed service as one job: the client of `/v1/jobs`.

All state is the service's. The job's Idempotency-Key is made from the folder's content and the options, so the same
command finds its own job again, asks which files are missing, and goes on from there.
"""
