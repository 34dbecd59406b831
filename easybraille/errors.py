"""Every error that the product raises on purpose, in one tree.

EasyBrailleError
├── SettingError                    a setting has a value that is not allowed; the program does not start
├── UsageError                      a command line asks for something that cannot be done
├── ModelError                      weights are missing, damaged or not what they should be; the program does not start
│   └── ModelUnavailableError       weights cannot be fetched for now; the start is retried
├── InputError                      an input cannot be read; its sender can do something about it
│   ├── EmptyInputError             an input without content
│   ├── NotAPictureError            not a supported picture, PDF or archive
│   ├── DamagedPictureError         a truncated or inconsistent picture, PDF or archive
│   ├── ProtectedDocumentError      a PDF or archive that needs a password
│   ├── TooManyPixelsError          a picture beyond the pixel limit
│   ├── TooCostlyError              a file that takes too much time or memory to open
│   ├── InternalInputError          an input that failed by an unforeseen exception, which is logged
│   ├── TooManyPagesError           a PDF or TIFF beyond the page limit
│   ├── TooManyFilesError           more files in one request than the limit
│   ├── TooLargeError               a body or archive beyond the byte limit
│   ├── RequestTimeoutError         a body that arrives too slowly
│   ├── UnsupportedMediaTypeError   a Content-Type that the route does not take
│   ├── InvalidParameterError       a parameter with a value that is not allowed
│   ├── InvalidTextError            text or Braille that cannot be translated
│   ├── PictureNeededError          a format shows the picture, which is not available
│   ├── NotAcceptableError          the Accept header names no format that exists
│   ├── JobError                    a bulk job cannot do what was asked of it
│   │   ├── UnknownJobError             the caller has no job of that id
│   │   ├── IdempotencyKeyReusedError   the Idempotency-Key belongs to a different request
│   │   ├── NotUploadedError            a job was started before all its files were uploaded
│   │   ├── JobNotEndedError            only an ended job has what was asked for
│   │   ├── NotJoinedError              the results of a job cannot be joined into one file
│   │   ├── AlreadyStartedError         files were sent to a job that has started
│   │   └── JobsUnavailableError        bulk jobs are not configured here
│   ├── FileChangedError            a job's file is no longer the one that the job was started with
│   └── PageCrashedError            a page stopped its worker on every attempt
├── AccessError                     the caller may not do this
│   ├── KeyRequiredError            no key was sent, or an unknown one
│   ├── KeyNotAllowedError          the key lacks the scope
│   └── RateLimitError              the key has sent too many requests
├── LanguageError                   a language cannot do what was asked
│   ├── UnknownLanguageError        no language has this code
│   ├── LanguageUnavailableError    the language is known but not installed
│   ├── UnwritableError             a character has no Braille in the language
│   └── NotWritableError            the language can be read but not written
├── NotReadyError                   the service is starting, draining, overloaded or has failed
└── RequestCancelledError           the caller disconnected; no client ever receives this one

Each class carries its HTTP status, machine-readable code and title. Messages are for people and contain no path and no
secret.
"""

from __future__ import annotations

import logging
import secrets

log = logging.getLogger(__name__)


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


class ModelUnavailableError(ModelError):
    """Weights cannot be fetched for now; a later attempt may succeed."""


class InputError(EasyBrailleError):
    """What was sent can't be read."""

    status = 422
    code = "unreadable"
    title = "Unreadable input"


class EmptyInputError(InputError):
    """Nothing was sent."""

    status = 400
    code = "empty"
    title = "Nothing was sent"


class NotAPictureError(InputError):
    """Not a picture or PDF that we know."""

    code = "not_a_picture"
    title = "Not a picture"


class DamagedPictureError(InputError):
    """A picture or PDF that breaks off or contradicts itself."""

    code = "damaged_picture"
    title = "Damaged picture"


class ProtectedDocumentError(InputError):
    """A PDF that asks for a password."""

    code = "password_protected"
    title = "Password protected"


class TooManyPixelsError(InputError):
    """A picture beyond the limit."""

    status = 413
    code = "too_many_pixels"
    title = "Picture too large"


class TooCostlyError(InputError):
    """A file takes more time or memory to open than is allowed."""

    code = "too_costly"
    title = "Too costly to open"


class InternalInputError(InputError):
    """An input failed with an exception that was not foreseen; the log has the trace under the id in the message."""

    status = 500
    code = "internal"
    title = "Internal error"

    @classmethod
    def logged(cls, error: Exception) -> InternalInputError:
        """Log an exception with its trace under a new id, and return the error that names the id."""
        id_ = secrets.token_hex(6)
        log.error("unexpected error %s", id_, exc_info=error)
        return cls(f"Something went wrong here with this input; it has been logged as {id_}.")


class TooManyPagesError(InputError):
    """A PDF or TIFF beyond the limit."""

    status = 413
    code = "too_many_pages"
    title = "Too many pages"


class TooManyFilesError(InputError):
    """More files at once than the limit."""

    status = 413
    code = "too_many_files"
    title = "Too many files"


class TooLargeError(InputError):
    """A body beyond the limit."""

    status = 413
    code = "too_large"
    title = "Body too large"


class RequestTimeoutError(InputError):
    """A body arrives too slowly, or not at all."""

    status = 408
    code = "too_slow"
    title = "Request too slow"


class UnsupportedMediaTypeError(InputError):
    """The request says that it carries something else."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


class InvalidParameterError(InputError):
    """A query parameter with a value that it can't have."""

    code = "invalid_parameter"
    title = "Invalid parameter"


class InvalidTextError(InputError):
    """Text or Braille to be translated holds what can't stand there."""

    code = "invalid_text"
    title = "Invalid text"


class PictureNeededError(InputError):
    """A format shows the picture, and the picture is not at hand."""

    code = "picture_needed"
    title = "Picture needed"


class NotAcceptableError(InputError):
    """The Accept header names no format that there is."""

    status = 406
    code = "not_acceptable"
    title = "Not acceptable"


class JobError(InputError):
    """A bulk job can't do what was asked of it."""

    status = 409
    code = "job"
    title = "Job"


class UnknownJobError(JobError):
    """The caller has no job of that id."""

    status = 404
    code = "unknown_job"
    title = "Unknown job"


class IdempotencyKeyReusedError(JobError):
    """Another job was made with this Idempotency-Key."""

    status = 422
    code = "idempotency_key_reused"
    title = "Idempotency-Key used before"


class NotUploadedError(JobError):
    """A job is started before all its files are there."""

    code = "not_uploaded"
    title = "Not uploaded"


class JobNotEndedError(JobError):
    """A job is asked for what only an ended one has."""

    code = "not_ended"
    title = "Not ended"


class NotJoinedError(JobError):
    """The results of a job can't be made one file."""

    code = "not_joined"
    title = "Not joined"


class AlreadyStartedError(JobError):
    """Files are sent to a job that is started."""

    code = "already_started"
    title = "Already started"


class JobsUnavailableError(JobError):
    """Bulk jobs are not set up here."""

    status = 501
    code = "no_jobs"
    title = "No bulk jobs here"


class FileChangedError(InputError):
    """A job's file is no longer the one that the job was started with."""

    code = "file_changed"
    title = "File changed after the start"


class PageCrashedError(InputError):
    """A page stopped its worker each time it was read."""

    code = "crashed"
    title = "Stopped its worker each time it was read"


class AccessError(EasyBrailleError):
    """Who calls may not do this."""

    status = 403
    code = "forbidden"
    title = "Forbidden"


class KeyRequiredError(AccessError):
    """No key was sent, or an unknown one."""

    status = 401
    code = "key_required"
    title = "Key required"


class KeyNotAllowedError(AccessError):
    """The key is for other things."""

    code = "key_not_allowed"
    title = "Key not allowed"


class RateLimitError(AccessError):
    """A key has sent more requests than it may."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"


class NotReadyError(EasyBrailleError):
    """The service is starting, draining or has failed."""

    status = 503
    code = "not_ready"
    title = "Not ready"


class RequestCancelledError(EasyBrailleError):
    """The caller disconnected; no client receives this error."""

    # As nginx has it in its log; there is no official one.
    status = 499
    code = "caller_left"
    title = "Caller left"


class UsageError(EasyBrailleError):
    """The command line asks for something that can't be done."""


class LanguageError(EasyBrailleError):
    """A language cannot do what was asked."""

    status = 400
    code = "language"
    title = "Language"


class UnknownLanguageError(LanguageError):
    """No language has this code."""

    status = 404
    code = "unknown_language"
    title = "Unknown language"


class LanguageUnavailableError(LanguageError):
    """The language needs something that this machine lacks; the message says what to install."""

    status = 501
    code = "language_unavailable"
    title = "Language unavailable"


class UnwritableError(LanguageError):
    """A character of the text has no Braille in the language. ``character``, ``line`` and ``column`` tell
    which.
    """

    status = 422
    code = "unwritable"
    title = "Unwritable"

    def __init__(self, character: str, line: int, column: int, language: str) -> None:
        self.character, self.line, self.column = character, line, column
        super().__init__(
            f"{character!r} (U+{ord(character):04X}), line {line + 1}, column {column + 1}, "
            f"cannot be written in Braille for {language}"
        )


class NotWritableError(LanguageError):
    """The language is read here but not written."""

    status = 422
    code = "not_written"
    title = "Not written"
