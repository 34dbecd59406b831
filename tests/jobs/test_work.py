"""What becomes of messages: the work itself, without a process around it."""

from __future__ import annotations

import io
import json
import threading
import time

import httpx
import pytest
from PIL import Image

from easybraille.api.app import create_app
from easybraille.errors import NotJoinedError, NotReadyError, PageCrashedError
from easybraille.jobs import messages
from easybraille.jobs.models import Job, NewFile, NewJob
from easybraille.jobs.object_keys import Place
from easybraille.jobs.processor import Processor
from easybraille.jobs.queues.sqlite import SqliteQueue
from easybraille.jobs.service import Jobs
from easybraille.jobs.storage.folder import FolderStore
from easybraille.reader import Reader
from easybraille.settings import from_environment
from tests import loopback

from .conftest import PICTURES

SETTINGS = from_environment({"EASYBRAILLE_JOBS_PAGE_SECONDS": "1"})


class Here:
    """Jobs in a folder, and the work that is to be done for them."""

    def __init__(self, folder, reader: Reader):
        self.folder = folder
        self.store, self.queue = FolderStore(folder), SqliteQueue(folder)
        self.jobs = Jobs(self.store, self.queue, SETTINGS)
        self.reader = reader
        self.work = Processor(self.store, self.queue, lambda: self.reader, SETTINGS)

    def started(self, *files: bytes) -> Job:
        asked = NewJob(files=[NewFile(name=f"{n}.png", size=len(data)) for n, data in enumerate(files, 1)])
        job, _ = self.jobs.make("me", asked, None)
        for number, data in enumerate(files, 1):
            self.store.put(job.keys.input(number), data)
        self.jobs.start(job)
        return job

    def read(self, job: Job, file: int, receives: int = 1, page: int = 0) -> None:
        self.work.process(messages.Read(job=job.id, file=file, page=page).body, receives)

    def names(self, job: Job) -> list[str]:
        return [entry.key.removeprefix(job.keys.pages) for entry in self.store.entries(job.keys.pages)]


def pages(count: int) -> bytes:
    """A PDF of so many."""
    file, others = io.BytesIO(), [Image.new("L", (50, 50)) for _ in range(count - 1)]
    Image.open(io.BytesIO(PICTURES[0])).save(file, "PDF", save_all=True, append_images=others)
    return file.getvalue()


@pytest.fixture
def here(tmp_path, knowing) -> Here:
    return Here(tmp_path, knowing)


class Dying:
    """A reader that ends as a process does that is killed: nothing behind it runs."""

    def __init__(self, reader: Reader):
        self.limits = reader.limits

    def read(self, *_: object) -> None:
        raise KeyboardInterrupt


def test_a_message_may_come_twice(here):
    job = here.started(PICTURES[0])
    here.work.process(here.queue.receive(1, 0, 60)[0].body, 1)
    for _ in range(2):
        here.read(job, 1)
    assert here.names(job) == ["000001.json"]
    assert here.jobs.status(job).state == "done"


def test_a_page_that_kills_is_given_up_after_three_tries_alone_and_its_message_goes_on_to_the_dead(here):
    job = here.started(PICTURES[0])
    here.reader = Dying(here.reader)
    for receives in (1, 2, 3, 4):
        assert here.jobs.status(job).state == "running"
        with pytest.raises(KeyboardInterrupt):
            here.read(job, 1, receives)
    with pytest.raises(PageCrashedError):
        here.read(job, 1, 5)
    time.sleep(1.1)
    status = here.jobs.status(job)
    assert (status.state, status.failures) == ("done", [(Place(1), "crashed")])


def test_a_result_beats_the_failure_that_was_feared(here):
    job = here.started(PICTURES[0])
    here.read(job, 1, here.queue.most_receives)
    assert here.names(job) == ["000001.failed.crashed", "000001.json", "000001.tried.1"]
    time.sleep(1.1)
    assert (here.jobs.status(job).done, here.jobs.status(job).failures) == (1, [])


def test_what_can_not_be_reached_costs_a_page_no_try(here):
    job = here.started(PICTURES[0])
    reader, here.reader = here.reader, None

    def not_ready():
        raise NotReadyError("starting")

    work = Processor(here.store, here.queue, not_ready, SETTINGS)
    for _ in range(5):
        with pytest.raises(NotReadyError):
            work.process(messages.Read(job=job.id, file=1).body, 2)
    here.reader = reader
    here.read(job, 1, 2)
    assert here.jobs.status(job).done == 1


def test_a_file_that_is_overwritten_after_the_start_is_not_read(here):
    job = here.started(PICTURES[0], PICTURES[1])
    here.store.put(job.keys.input(1), PICTURES[2])
    here.store.delete([job.keys.input(2)])
    here.read(job, 1)
    here.read(job, 2)
    assert [code for _, code in here.jobs.status(job).failures] == ["file_changed", "file_changed"]


def test_a_page_that_was_given_up_is_not_feared_for_anew_each_time_its_message_comes(here):
    job = here.started(PICTURES[0])
    here.reader = Dying(here.reader)
    for receives in (2, 3, 4):
        with pytest.raises(KeyboardInterrupt):
            here.read(job, 1, receives)
    for receives in (5, 6, 7):
        with pytest.raises(PageCrashedError):
            here.read(job, 1, receives)
        time.sleep(0.6)
    assert here.jobs.status(job).state == "done"


def test_a_file_of_many_pages_is_fetched_once_by_a_worker_that_did_not_part_it(here):
    job = here.started(pages(3))
    here.read(job, 1)
    other = Here(here.folder, here.reader)
    other.read(job, 1, page=1)
    here.store.delete([job.keys.input(1)])
    other.read(job, 1, page=2)
    assert here.jobs.status(job).done == 2


def test_a_job_that_is_cancelled_behind_its_last_page_is_done(here):
    job = here.started(PICTURES[0])
    here.read(job, 1)
    here.jobs.cancel(job)
    assert here.jobs.status(job).state == "done"


def test_a_job_that_is_erased_while_it_is_started_leaves_nothing(here):
    class Erasing(SqliteQueue):
        def send(self, bodies) -> None:
            here.jobs.erase(job)
            super().send(bodies)

    asked = NewJob(files=[NewFile(name="1.png", size=len(PICTURES[0]))])
    jobs = Jobs(here.store, Erasing(here.folder), SETTINGS)
    job, _ = jobs.make("me", asked, None)
    here.store.put(job.keys.input(1), PICTURES[0])
    jobs.start(job)
    assert list(here.store.entries(job.keys.root)) == []
    here.work.process(here.queue.receive(1, 0, 60)[0].body, 1)
    assert here.queue.receive(1, 0, 60) == []


def test_a_whole_is_made_once_though_its_message_comes_twice(here):
    job = here.started(PICTURES[0])
    here.read(job, 1)
    assert here.jobs.whole(job, "text", None) is None
    made = []
    for receives in (1, 2, 5):
        here.work.process(messages.Join(job=job.id, format="text").body, receives)
        made.append(here.store.head(job.keys.whole("text.txt")))
    assert len(set(made)) == 1 and made[0] is not None


def test_a_whole_that_can_not_be_made_is_given_up_and_said(here):
    job = here.started(PICTURES[0])
    here.store.put(job.keys.result(Place(1)), b"{")
    join = messages.Join(job=job.id, format="text").body
    assert here.jobs.whole(job, "text", None) is None
    for receives in (1, 2, 3):
        with pytest.raises(ValueError):
            here.work.process(join, receives)
        assert here.jobs.whole(job, "text", None) is None
    with pytest.raises(PageCrashedError):
        here.work.process(join, 4)
    with pytest.raises(NotJoinedError, match="page by page"):
        here.jobs.whole(job, "text", None)
    assert here.jobs.whole(job, "brf", None) is None


def test_a_job_that_is_erased_while_its_pages_are_joined_is_no_error(here):
    job = here.started(*PICTURES[:2])
    here.read(job, 1)
    here.read(job, 2)
    join = messages.Join(job=job.id, format="text").body

    class Erased(FolderStore):
        """Whose job is erased behind the list of its results."""

        def get(self, key: str, etag: str | None = None) -> bytes:
            if key == job.keys.result(Place(1)):
                here.jobs.erase(job)
            return super().get(key, etag)

    Processor(Erased(here.folder), here.queue, lambda: here.reader, SETTINGS).process(join, 1)
    assert list(here.store.entries(job.keys.root)) == []


def test_no_page_of_a_cancelled_job_is_begun(here):
    job = here.started(PICTURES[0], PICTURES[1])
    here.read(job, 1)
    here.jobs.cancel(job)
    here.read(job, 2)
    status = here.jobs.status(job)
    assert (status.state, status.done, status.waiting) == ("cancelled", 1, 1)


def test_a_page_that_ends_after_its_job_was_erased_leaves_nothing(here):
    job = here.started(PICTURES[0])
    reader = here.reader

    class Slow:
        limits = reader.limits

        def read(self, *asked):
            here.jobs.erase(job)
            return reader.read(*asked)

    here.reader = Slow()
    here.read(job, 1)
    assert list(here.store.entries(job.keys.root)) == []
    here.read(job, 1)
    assert list(here.store.entries(job.keys.root)) == []


def test_a_file_is_parted_again_where_that_broke_off(here):
    job = here.started(pages(2))
    for _ in range(2):
        here.read(job, 1)
        assert here.jobs.status(job).total == 2 and here.jobs.status(job).state == "running"
    here.read(job, 1, page=1)
    here.read(job, 1, page=2)
    assert here.names(job) == ["000001-0001.json", "000001-0002.json", "000001.split.0002"]
    assert here.jobs.status(job).state == "done"


def test_what_came_back_is_read_while_nothing_else_is(here):
    job = here.started(*PICTURES)
    reader, at_once, most = here.reader, [], []

    class Watched:
        limits = reader.limits

        def read(self, data, source, *asked):
            at_once.append(source)
            most.append((source, len(at_once)))
            time.sleep(0.1)
            at_once.remove(source)
            return reader.read(data, source, *asked)

    here.reader = Watched()
    threads = [threading.Thread(target=here.read, args=(job, n, 2 if n == 1 else 1)) for n in (2, 3, 1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(most)["1.png"] == 1 and max(number for _, number in most) > 1
    assert here.jobs.status(job).done == 4


def test_the_queue_daemon_hears_200_only_when_the_outcome_is_stored(tmp_path, knowing):
    settings = {"EASYBRAILLE_ROLE": "worker", "EASYBRAILLE_JOBS_FOLDER": str(tmp_path)}
    here = Here(tmp_path, knowing)
    job = here.started(PICTURES[0], b"no picture")
    with loopback.served(knowing, **settings) as client:

        def post(body: str | bytes, **headers: str) -> httpx.Response:
            return client.post("/worker", content=body, headers=headers)

        assert post(messages.Read(job=job.id, file=1).body).status_code == 200
        assert post(messages.Read(job=job.id, file=2).body, **{"X-Aws-Sqsd-Receive-Count": "3"}).status_code == 200
        assert here.jobs.status(job).done == 1 and here.jobs.status(job).failures == [(Place(2), "not_a_picture")]
        assert post(b"{}").status_code == 422
        assert post(json.dumps({"do": "read", "job": "../../x", "file": 1})).status_code == 422
        assert post(messages.Read(job="0" * 32, file=1).body).status_code == 200
    with loopback.served(knowing, EASYBRAILLE_JOBS_FOLDER=str(tmp_path)) as client:
        assert client.post("/worker", content=b"{}").status_code in (404, 405)


def test_without_a_bucket_and_without_a_folder_there_are_no_jobs(knowing):
    app = create_app(from_environment({"EASYBRAILLE_HOST": "127.0.0.1"}), knowing, local_jobs=False)
    with loopback.running(app) as url:
        answer = httpx.get(f"{url}/v1/jobs")
        assert (answer.status_code, answer.json()["code"]) == (501, "no_jobs")


@pytest.mark.parametrize("change", ["key", "token", "method"])
def test_an_address_that_was_not_signed_is_refused(tmp_path, knowing, change):
    settings = {"EASYBRAILLE_HOST": "127.0.0.1", "EASYBRAILLE_JOBS_FOLDER": str(tmp_path)}
    with loopback.served(knowing, **settings) as client:
        ask = {"files": [{"name": "a.png", "size": len(PICTURES[0])}]}
        job = client.post("/v1/jobs", json=ask).json()["id"]
        url = httpx.URL(client.post(f"/v1/jobs/{job}/uploads").json()["uploads"][0]["url"])
        method = "GET" if change == "method" else "PUT"
        if change == "key":
            url = url.copy_with(path="/v1/objects/secret")
        elif change == "token":
            url = url.copy_set_param("token", "A" + url.params["token"][1:])
        assert client.request(method, url, content=b"").status_code == 403
