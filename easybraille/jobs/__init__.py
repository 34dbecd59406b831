"""Bulk jobs: files are uploaded, workers that may die read their pages, and results are fetched; without a database.

A job is a set of objects in a bucket or a folder, and these objects are the truth. Messages in a queue only say what
may still have to be done, and each may be delivered twice. Keys are numbers, never the caller's names:

    callers/{hash}/{…}                    one empty object for each job of a caller, the newest first
    erased/{id}                           an empty object for each erased job: its id is never used again
    jobs/{id}/job.json                    the request, and whose it is
    jobs/{id}/inputs/000001               the first file, as it was uploaded
    jobs/{id}/started.json                ETag of each file when the job was started: workers read no other version
    jobs/{id}/queued                      all messages were sent
    jobs/{id}/pages/000001.json           the result of the first file, if it has one page: written last, once
    jobs/{id}/pages/000002.split.0120     the second file has 120 pages …
    jobs/{id}/pages/000002-0001.json      … of which this is the first
    jobs/{id}/pages/000003.failed.CODE    the third file cannot be read, and why
    jobs/{id}/pages/000004.tried.1        the fourth file was read again, alone, because its worker had died
    jobs/{id}/cancelled                   no further page is begun
    jobs/{id}/summary.json                the job has ended: the outcome of its pages
    jobs/{id}/wholes/FORMAT               all results as one file; requested: ….asked, given up: ….failed

So one listing of `pages/` tells everything about a job, a thousand pages a request.
"""
