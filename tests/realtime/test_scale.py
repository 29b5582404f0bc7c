"""How durations are scaled for real time."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from harness.config import Config, ConfigError
from harness.scale import TimeScale


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Those of some operator."""

    cooldown: timedelta = timedelta(hours=1)
    patience: timedelta = timedelta(seconds=30)
    backoff: timedelta = timedelta(milliseconds=50)
    threshold: int = 3


@pytest.mark.parametrize(
    ("span", "lasts"),
    [("1:00:00", 36), ("0:05:00", 5), ("0:00:05", 5), ("0:00:01", 1), ("0:00:00", 0)],
)
def test_nothing_is_scaled_below_five_seconds(span, lasts):
    """Times in Kubernetes have whole seconds; what is shorter already stays as it is."""
    hours, minutes, seconds = map(int, span.split(":"))

    assert timedelta(seconds=lasts) == TimeScale(scenario=0.01).span(
        timedelta(hours=hours, minutes=minutes, seconds=seconds)
    )


def test_only_the_named_settings_are_scaled():
    """A patience that shrank with the rest would fail on a loaded machine."""
    scale = TimeScale(settings={"cooldown": 0.01, "threshold": 0.5, "unknown": 0.1})

    assert Settings(cooldown=timedelta(seconds=36)) == scale.of(Settings())


def test_what_is_no_dataclass_is_left_alone():
    """A user's operator may have settings of any sort."""
    settings = {"cooldown": timedelta(hours=1)}

    assert settings is TimeScale(settings={"cooldown": 0.01}).of(settings)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("scenario = 0", "scenario is 0: a factor lies above 0 and is 1 at most"),
        ("scenario = 2.0", "scenario is 2.0: a factor"),
        ('settings = {cooldown = "short"}', "cooldown is 'short': a factor"),
        ("speed = 2", "knows scenario and settings, not speed"),
    ],
)
def test_a_factor_that_is_none_is_refused(tmp_path, table, said):
    (tmp_path / "pyproject.toml").write_text(f"[tool.harness.time-scale]\n{table}\n")

    with pytest.raises(ConfigError, match=said):
        Config.read(tmp_path)
