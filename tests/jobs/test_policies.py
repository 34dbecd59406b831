"""The policies of template.yaml let each part do its work, and nothing that is another's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from cfnlint.decode import cfn_yaml
from moto import settings as moto
from moto.core.responses import ActionAuthenticatorMixin
from moto.iam.access_control import IAMRequestBase

from easybraille.errors import NotReadyError
from easybraille.jobs.models import NewFile, NewJob
from easybraille.jobs.object_keys import Place
from easybraille.jobs.processor import Processor
from easybraille.jobs.queues.sqs import SqsQueue
from easybraille.jobs.service import Jobs
from easybraille.jobs.storage.s3 import S3Store
from easybraille.settings import Settings, from_environment
from tests.conftest import ROOT

from .cloud import CREDENTIALS, Cloud, cloud

TEMPLATE = cfn_yaml.load(str(ROOT / "template.yaml"))


def resolved(value, bucket: str):
    """A part of the template with what refers to the bucket and the queue filled in, without a KMS key."""
    if isinstance(value, list):
        return [resolved(item, bucket) for item in value if not (isinstance(item, dict) and "Fn::If" in item)]
    if not isinstance(value, dict):
        return value
    if "Fn::Sub" in value:
        return value["Fn::Sub"].replace("${JobsBucket.Arn}", f"arn:aws:s3:::{bucket}")
    if "Fn::GetAtt" in value:
        # moto doesn't tell queues apart.
        return {"JobsBucket": f"arn:aws:s3:::{bucket}", "JobsQueue": "*"}[value["Fn::GetAtt"][0]]
    return {key: resolved(item, bucket) for key, item in value.items()}


class Part:
    """One that has a policy of the template and nothing else: its store, its queue."""

    def __init__(self, here: Cloud, policy: str, monkeypatch: pytest.MonkeyPatch):
        document = resolved(TEMPLATE["Resources"][policy]["Properties"]["PolicyDocument"], here.bucket)
        iam = boto3.client("iam", endpoint_url=here.proxy.direct, region_name="us-east-1")
        iam.create_user(UserName=policy)
        # In AWS, who may send a message may send ten at once, and objects that are deleted together are looked at one
        # by one. moto thinks that the first is something else, and looks at the bucket.
        ten_at_once = {"Effect": "Allow", "Action": "sqs:SendMessageBatch", "Resource": "*"}
        together = {"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{here.bucket}"}
        document["Statement"] += [ten_at_once, together]
        iam.put_user_policy(UserName=policy, PolicyName=policy, PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName=policy)["AccessKey"]
        with monkeypatch.context() as patched:
            patched.setattr(boto3, "DEFAULT_SESSION", None)
            patched.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
            patched.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
            self.store = S3Store(here.bucket, "eu-west-1")
            self.queue = SqsQueue(here.settings["EASYBRAILLE_JOBS_QUEUE"])


@contextmanager
def enforced(monkeypatch) -> Iterator[None]:
    """Only what a policy allows is done; whether requests are well signed is not what this is about."""
    with monkeypatch.context() as patched:
        patched.setattr(moto, "INITIAL_NO_AUTH_ACTION_COUNT", 0)
        patched.setattr(ActionAuthenticatorMixin, "request_count", 0)
        patched.setattr(IAMRequestBase, "check_signature", lambda self: None)
        yield


def test_each_part_may_do_what_it_does_and_nothing_else(reader, letter, monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with cloud() as here:
        monkeypatch.setenv("AWS_ENDPOINT_URL", here.proxy.url)
        settings: Settings = from_environment(here.settings)
        serving, reading = Part(here, "JobsApiPolicy", monkeypatch), Part(here, "JobsWorkerPolicy", monkeypatch)
        jobs = Jobs(serving.store, serving.queue, settings)
        work = Processor(reading.store, reading.queue, lambda: reader, settings)

        def read_everything():
            while messages := reading.queue.receive(10, 0, 30):
                for message in messages:
                    reading.queue.change_visibility(message, 60)
                    work.process(message.body, message.receives)
                    reading.queue.delete(message)

        with enforced(monkeypatch):
            files = [NewFile(name="1.jpg", size=len(letter)), NewFile(name="2.jpg", size=3)]
            job, _ = jobs.make("school", NewJob(files=files), "key")
            # What a signed address does, it does in the name of who signed it.
            serving.store.put(job.keys.input(1), letter)
            serving.store.put(job.keys.input(2), b"no!")
            jobs.start(job)
            read_everything()
            status = jobs.status(job)
            assert (status.state, status.done, len(status.failures)) == ("done", 1, 1)
            assert jobs.whole(job, "brf", None) is None
            read_everything()
            assert jobs.whole(job, "brf", None) is not None

            result = job.keys.result(Place(1))
            for part, key in ((serving, result), (reading, job.keys.input(1)), (reading, job.keys.job)):
                with pytest.raises(NotReadyError):
                    part.store.put(key, b"forged")
            with pytest.raises(NotReadyError):
                serving.queue.receive(1, 0, 30)
            reading.store.delete([result])

            other, _ = jobs.make("school", NewJob(files=files), "another key")
            jobs.cancel(other)
            assert len(jobs.mine("school", "", 10)[0]) == 2
            jobs.erase(job)
        assert here.keys(job.keys.root) == []


def test_the_queue_of_the_template_has_dead_letters_and_outlasts_a_page():
    queue = TEMPLATE["Resources"]["JobsQueue"]["Properties"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["JobsDeadLetterQueue", "Arn"]}
    assert queue["VisibilityTimeout"] > from_environment({}).jobs_page_seconds
    assert TEMPLATE["Parameters"]["JobsDays"]["Default"] == from_environment({}).jobs_days
