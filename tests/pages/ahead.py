"""What lies ahead, of which only that is said which a test is about."""

from dataclasses import fields

from attnquiz.study.outlook import Outlook


def outlook(**said):
    """An outlook whose other fields are None: whoever reads one of them fails."""
    return Outlook(**dict.fromkeys(field.name for field in fields(Outlook)) | said)
