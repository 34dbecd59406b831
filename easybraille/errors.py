"""Everything that can go wrong on purpose.

EasyBrailleError
├── SettingError            a setting has a value that it can't have; the program does not start
├── ModelError              weights are missing, damaged or not what they should be; the program does not start
├── InputError              what was sent can't be read; the sender can do something about it
│   ├── EmptyInput          nothing was sent
│   ├── NotAPicture         not a picture or PDF that we know
│   ├── DamagedPicture      a picture or PDF that breaks off or contradicts itself
│   ├── ProtectedDocument   a PDF that asks for a password
│   ├── TooManyPixels       a picture beyond the limit
│   ├── TooManyPages        a PDF or TIFF beyond the limit
│   ├── TooManyFiles        more files at once than the limit
│   ├── TooLarge            a body beyond the limit
│   ├── UnsupportedMediaType  the request says that it carries something else
│   ├── InvalidParameter    a query parameter with a value that it can't have
│   ├── InvalidText         text or Braille to be translated holds what can't stand there
│   ├── PictureNeeded       a format shows the picture, and the picture is not at hand
│   ├── NotAcceptable       the Accept header names no format that there is
│   ├── JobError            a bulk job can't do what was asked of it
│   │   ├── UnknownJob      the caller has no job of that id
│   │   ├── KeyReused       another job was made with this Idempotency-Key
│   │   ├── NotUploaded     a job is started before all its files are there
│   │   ├── NotEnded        a job is asked for what only an ended one has
│   │   ├── NotJoined       the results of a job can't be made one file
│   │   ├── AlreadyStarted  files are sent to a job that is started
│   │   └── NoJobs          bulk jobs are not set up here
│   ├── FileChanged         a job's file is no longer the one that the job was started with
│   └── Crashed             a page stopped its worker each time it was read
├── AccessError             who calls may not do this
│   ├── KeyRequired         no key came along, or one that nobody has
│   └── KeyNotAllowed       the key is for other things
├── NotReady                the service is starting, draining or has failed
└── CallerLeft              who asked has hung up; nobody sees this one

Each class carries its HTTP status and its machine-readable code; the message is for people and names no path
and no secret.
"""

from __future__ import annotations


class EasyBrailleError(Exception):
    """The root: anything this package raises on purpose."""

    status = 500
    code = "internal"
    title = "Internal error"


class SettingError(EasyBrailleError):
    """A setting has a value that it can't have."""

    code = "invalid_setting"
    title = "Invalid setting"


class ModelError(EasyBrailleError):
    """Weights are missing, damaged or not what they should be."""

    code = "invalid_model"
    title = "Invalid model"


class InputError(EasyBrailleError):
    """What was sent can't be read."""

    status = 422
    code = "unreadable"
    title = "Unreadable input"


class EmptyInput(InputError):
    """Nothing was sent."""

    status = 400
    code = "empty"
    title = "Nothing was sent"


class NotAPicture(InputError):
    """Not a picture or PDF that we know."""

    code = "not_a_picture"
    title = "Not a picture"


class DamagedPicture(InputError):
    """A picture or PDF that breaks off or contradicts itself."""

    code = "damaged_picture"
    title = "Damaged picture"


class ProtectedDocument(InputError):
    """A PDF that asks for a password."""

    code = "password_protected"
    title = "Password protected"


class TooManyPixels(InputError):
    """A picture beyond the limit."""

    status = 413
    code = "too_many_pixels"
    title = "Picture too large"


class TooManyPages(InputError):
    """A PDF or TIFF beyond the limit."""

    status = 413
    code = "too_many_pages"
    title = "Too many pages"


class TooManyFiles(InputError):
    """More files at once than the limit."""

    status = 413
    code = "too_many_files"
    title = "Too many files"


class TooLarge(InputError):
    """A body beyond the limit."""

    status = 413
    code = "too_large"
    title = "Body too large"


class UnsupportedMediaType(InputError):
    """The request says that it carries something else."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


class InvalidParameter(InputError):
    """A query parameter with a value that it can't have."""

    code = "invalid_parameter"
    title = "Invalid parameter"


class InvalidText(InputError):
    """Text or Braille to be translated holds what can't stand there."""

    code = "invalid_text"
    title = "Invalid text"


class PictureNeeded(InputError):
    """A format shows the picture, and the picture is not at hand."""

    code = "picture_needed"
    title = "Picture needed"


class NotAcceptable(InputError):
    """The Accept header names no format that there is."""

    status = 406
    code = "not_acceptable"
    title = "Not acceptable"


class JobError(InputError):
    """A bulk job can't do what was asked of it."""

    status = 409
    code = "job"
    title = "Job"


class UnknownJob(JobError):
    """The caller has no job of that id."""

    status = 404
    code = "unknown_job"
    title = "Unknown job"


class KeyReused(JobError):
    """Another job was made with this Idempotency-Key."""

    status = 422
    code = "idempotency_key_reused"
    title = "Idempotency-Key used before"


class NotUploaded(JobError):
    """A job is started before all its files are there."""

    code = "not_uploaded"
    title = "Not uploaded"


class NotEnded(JobError):
    """A job is asked for what only an ended one has."""

    code = "not_ended"
    title = "Not ended"


class NotJoined(JobError):
    """The results of a job can't be made one file."""

    code = "not_joined"
    title = "Not joined"


class AlreadyStarted(JobError):
    """Files are sent to a job that is started."""

    code = "already_started"
    title = "Already started"


class NoJobs(JobError):
    """Bulk jobs are not set up here."""

    status = 501
    code = "no_jobs"
    title = "No bulk jobs here"


class FileChanged(InputError):
    """A job's file is no longer the one that the job was started with."""

    code = "file_changed"
    title = "File changed after the start"


class Crashed(InputError):
    """A page stopped its worker each time it was read."""

    code = "crashed"
    title = "Stopped its worker each time it was read"


class AccessError(EasyBrailleError):
    """Who calls may not do this."""

    status = 403
    code = "forbidden"
    title = "Forbidden"


class KeyRequired(AccessError):
    """No key came along, or one that nobody has."""

    status = 401
    code = "key_required"
    title = "Key required"


class KeyNotAllowed(AccessError):
    """The key is for other things."""

    code = "key_not_allowed"
    title = "Key not allowed"


class NotReady(EasyBrailleError):
    """The service is starting, draining or has failed."""

    status = 503
    code = "not_ready"
    title = "Not ready"


class CallerLeft(EasyBrailleError):
    """Who asked has hung up; nobody sees this one."""

    # As nginx has it in its log; there is no official one.
    status = 499
    code = "caller_left"
    title = "Caller left"
