"""``/version``: the release that is imitated, in all its fields."""

from harness.apiserver.messages import Object


def version(git_version: str) -> Object:
    """Return the document; clients validate that every field is there, and a string."""
    major, minor, *_ = git_version.lstrip("v").split(".")
    return {
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(int(minor) - 1),
        "gitVersion": git_version,
        "gitCommit": "embedded",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "none",
        "compiler": "none",
        "platform": "embedded",
    }
