"""Settings: flags over environment over file, and errors that say where the value came from."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from operators.runtime import Connection, RuntimeSettings, SettingsError, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(RuntimeSettings):
    """An operator's own settings, as each has them."""

    threshold: int = 3
    cooldown: timedelta = timedelta(hours=1)
    strict: bool = False
    factor: float = 1.0
    policies: Path | None = None


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text("threshold: 5\ncooldown: 30m\nstrict: yes\nconnection:\n  server: http://file\n  token: t\n")
    return path


def test_nothing_given_means_defaults():
    """An operator starts without any configuration at all."""
    assert Settings() == load(Settings)


def test_a_file_is_read(config):
    """Names as in the code, spans as Go writes them, nested settings nested."""
    loaded = load(Settings, file=config)

    assert (5, timedelta(minutes=30), True) == (loaded.threshold, loaded.cooldown, loaded.strict)
    assert Connection(server="http://file", token="t") == loaded.connection


def test_the_environment_beats_the_file_and_flags_beat_both(config):
    """The nearer to the command line, the stronger."""
    environ = {"KUBERNAUT_CONFIG": str(config), "KUBERNAUT_THRESHOLD": "7", "KUBERNAUT_COOLDOWN": "10m"}
    loaded = load(Settings, flags={"threshold": 9, "strict": None}, environ=environ)

    assert (9, timedelta(minutes=10), True) == (loaded.threshold, loaded.cooldown, loaded.strict)


def test_a_flag_reaches_into_nested_settings(config):
    """The file's token stays when only the server is given again."""
    loaded = load(Settings, flags={"connection.server": "http://flag"}, file=config)

    assert Connection(server="http://flag", token="t") == loaded.connection


def test_variables_that_others_define_are_understood_and_ours_are_stronger():
    """KUBERNETES_SERVER and DATASTORAGE_URL are what a harness or a chart sets for every process."""
    environ = {
        "KUBERNETES_SERVER": "http://one",
        "DATASTORAGE_URL": "http://sink",
        "KUBERNAUT_CONNECTION_SERVER": "http://two",
    }
    loaded = load(Settings, environ=environ)

    assert (loaded.connection.server, loaded.datastorage_url) == ("http://two", "http://sink")


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        (
            {"KUBERNAUT_COOLDOWN": "an hour"},
            "setting cooldown (from variable KUBERNAUT_COOLDOWN): 'an hour' is not a duration such as 1h0m0s",
        ),
        (
            {"KUBERNAUT_THRESHOLD": "three"},
            "setting threshold (from variable KUBERNAUT_THRESHOLD): 'three' is not a value of type int",
        ),
        (
            {"KUBERNAUT_STRICT": "maybe"},
            "setting strict (from variable KUBERNAUT_STRICT): 'maybe' is not true or false",
        ),
        (
            {"KUBERNAUT_MAX_CONCURRENT": "0"},
            "settings: max_concurrent (0) and conflict_attempts (8) must be 1 or more",
        ),
        ({"KUBERNAUT_CONFIG": "/nowhere.yaml"}, "settings file /nowhere.yaml cannot be read: "),
    ],
)
def test_a_bad_value_is_named_with_its_source(environ, message):
    """Nobody should have to guess which of three places was wrong."""
    with pytest.raises(SettingsError) as refused:
        load(Settings, environ=environ)

    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("treshold: 5", "setting treshold (from file "),
        ("- threshold", "holds a list; expected a mapping of settings"),
        ("threshold: [", "cannot be read: "),
    ],
)
def test_a_bad_file_is_refused(tmp_path, content, message):
    """A misspelt name that is silently ignored is a setting that silently does nothing."""
    path = tmp_path / "settings.yaml"
    path.write_text(content)

    with pytest.raises(SettingsError, match=message.replace("(", r"\(")):
        load(Settings, file=path)


def test_other_types_convert_too():
    """Paths and numbers arrive as text from the environment."""
    loaded = load(Settings, environ={"KUBERNAUT_POLICIES": "/etc/policies", "KUBERNAUT_FACTOR": "0.5"})

    assert (Path("/etc/policies"), 0.5) == (loaded.policies, loaded.factor)


def test_settings_survive_their_way_through_an_environment():
    """A pod gets its settings as variables; what arrives must be what was meant."""
    meant = Settings(
        threshold=7,
        cooldown=timedelta(seconds=18, microseconds=1),
        strict=True,
        factor=0.25,
        policies=Path("/etc/policies"),
        http_port=8080,
        datastorage_url="http://elsewhere",
    )

    assert meant == Settings.from_environment(meant.to_environment())


def test_what_is_as_by_default_is_not_written_down():
    """An environment with nothing in it but what was chosen can be read by a person."""
    assert {"KUBERNAUT_COOLDOWN": "18s"} == Settings(cooldown=timedelta(seconds=18)).to_environment()


def test_where_the_api_server_is_does_not_travel():
    """In a pod it is found as a pod finds it; a token in an environment could be read by whoever reads pods."""
    assert {} == Settings(connection=Connection(server="http://here", token="secret")).to_environment()


def test_a_port_that_is_none_is_refused():
    """Named with its value, as every setting."""
    with pytest.raises(SettingsError, match="http_port is 70000"):
        load(Settings, environ={"KUBERNAUT_HTTP_PORT": "70000"})
