"""Checks before a service starts that it can use the AWS services that its settings name."""

from __future__ import annotations

from .aws.region import region_of_bucket, region_of_queue, region_of_secret
from .errors import NotReadyError, SettingError
from .settings import Settings


def check(settings: Settings) -> None:
    """Check that boto3 is installed, that the region of each AWS service is known, and that there are credentials.

    Raises:
        SettingError: a region is not known, or boto3 is missing.
        NotReadyError: there are no credentials, which a role may provide later.
    """
    secrets = [secret for secret in (settings.api_keys_secret, settings.gpu_key_secret) if secret]
    if not secrets and not settings.jobs_bucket:
        return
    try:
        import boto3
    except ImportError:
        raise SettingError(
            "Keys in AWS Secrets Manager and jobs in S3 need boto3: pip install 'easybraille[aws]'."
        ) from None
    for secret in secrets:
        region_of_secret(secret)
    if settings.jobs_bucket and settings.jobs_queue:
        region_of_queue(settings.jobs_queue)
        region_of_bucket(settings.jobs_bucket, settings.jobs_queue)
    if boto3.Session().get_credentials() is None:
        raise NotReadyError(
            "There are no AWS credentials. Give the machine a role; for a container, its metadata need 2 hops."
        )
