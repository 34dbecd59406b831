"""Bulk jobs: many files in, their pages read by workers that may die, results out; without a database.

A job is a set of objects in a bucket or a folder, and those are the truth; messages in a queue only say what may be
left to do, and each may come twice. Keys are numbers, never the caller's names:

    callers/{hash}/{…}                    one empty object for each job of a caller, the newest first
    erased/{id}                           an empty object for each job that was erased: its id is never given again
    jobs/{id}/job.json                    what was asked for, and whose it is
    jobs/{id}/inputs/000001               the first file, as it was uploaded
    jobs/{id}/started.json                ETag of each file when the job was started: workers read no other
    jobs/{id}/queued                      everything was put into the queue
    jobs/{id}/pages/000001.json           what the first file says, if it has one page: written last, once
    jobs/{id}/pages/000002.split.0120     the second file has 120 pages …
    jobs/{id}/pages/000002-0001.json      … of which this is the first
    jobs/{id}/pages/000003.failed.CODE    the third file can't be read, and why
    jobs/{id}/pages/000004.tried.1        the fourth file was read once more, alone, since its worker had died
    jobs/{id}/cancelled                   no further page is begun
    jobs/{id}/summary.json                the job has ended: what became of its pages
    jobs/{id}/wholes/FORMAT               all results as one file; asked for: ….asked, in vain: ….failed

So one list of `pages/` tells everything about a job, a thousand pages a request.
"""
