"""Backoff, results, logs, metrics, connection: the small things everything else leans on."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.runtime import Backoff, Connection, Metrics, Requeue, SettingsError, earliest
from operators.runtime.connection import find_connection
from operators.runtime.logs import logger

T0 = datetime(2026, 1, 24, 15, tzinfo=UTC)


@given(st.integers(min_value=1, max_value=10_000), st.text())
def test_a_backoff_stays_between_its_bounds_and_is_always_the_same(attempt, who):
    """A replay must wait as long as the run did, and no attempt may wait for ever."""
    backoff = Backoff(timedelta(milliseconds=50), timedelta(minutes=5))
    delay = backoff.delay(attempt, who)

    assert timedelta(milliseconds=45) <= delay <= timedelta(minutes=5.5)
    assert delay == backoff.delay(attempt, who)


def test_two_keys_that_fail_together_do_not_come_back_together():
    """That is what the jitter is for."""
    backoff = Backoff(timedelta(seconds=1), timedelta(minutes=5))

    assert len({backoff.delay(1, f"a/web-{n}") for n in range(10)}) == 10


def test_the_earliest_wish_wins_and_work_wins_a_tie():
    """A redelivery and a time-out may both be due: the nearer one decides, and going on is never taken for rest."""
    deadline, work = Requeue(T0), Requeue(T0, work=True)

    assert earliest() is None
    assert earliest(None, None) is None
    assert Requeue(T0) == earliest(T0 + timedelta(seconds=1), None, T0)
    assert work == earliest(deadline, work) == earliest(work, deadline)


def test_log_lines_carry_their_keys(caplog):
    """Key and value, sorted, so that a line can be searched for."""
    with caplog.at_level(logging.INFO, logger="kubernaut.tester"):
        logger("tester").bind(namespace="a", name="web").info("entered", phase="Pending")

    assert caplog.messages == ["entered name=web namespace=a operator=tester phase=Pending"]


def test_json_log_lines_are_one_object_each(caplog):
    """What a log collector reads."""
    with caplog.at_level(logging.INFO, logger="kubernaut.tester"):
        logger("tester", style="json").warning("failed", error="boom")
    line = json.loads(caplog.messages[0])

    assert {name: value for name, value in line.items() if name != "timestamp"} == {
        "event": "failed",
        "error": "boom",
        "level": "warning",
        "operator": "tester",
    }


def test_a_traceback_stands_below_its_line(caplog):
    """An error that we did not foresee is worth its place in the code."""
    with caplog.at_level(logging.INFO, logger="kubernaut.tester"):
        logger("tester").warning("failed", exc_info=ValueError("boom"))

    assert caplog.messages[0].splitlines() == ["failed operator=tester", "ValueError: boom"]


def test_a_silent_level_renders_nothing(caplog):
    """A reconcile at rest must not pay for debug lines nobody reads."""
    with caplog.at_level(logging.ERROR, logger="kubernaut.tester"):
        logger("tester").info("entered")

    assert caplog.messages == []


def test_operators_in_one_process_count_for_themselves():
    """prometheus-client's global registry would add them up, or refuse the second."""
    one, other = Metrics("remediation-orchestrator"), Metrics("remediation-orchestrator")
    one.conflicts.inc()
    name = "kubernaut_remediationorchestrator_status_update_conflicts_total"

    assert (one.registry.get_sample_value(name), other.registry.get_sample_value(name)) == (1.0, 0.0)


def test_a_given_connection_is_the_one_for_both_clients():
    """Kopf's login and our client must not end up at two servers."""
    info = find_connection(Connection(server="https://api/", token="t", ca_file="/ca.crt"))

    assert (info.server, info.token, info.ca_path) == ("https://api", "t", "/ca.crt")


def test_a_kubeconfig_is_found(tmp_path, monkeypatch):
    """``kopf run`` against any cluster needs nothing but KUBECONFIG."""
    path = tmp_path / "config"
    path.write_text(
        "current-context: c\n"
        "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
        "clusters: [{name: k, cluster: {server: 'http://127.0.0.1:1'}}]\n"
        "users: [{name: u, user: {token: t}}]\n",
    )
    monkeypatch.setenv("KUBECONFIG", str(path))
    info = find_connection(None)

    assert (info.server, info.token) == ("http://127.0.0.1:1", "t")


def test_without_any_api_server_the_error_says_what_to_do(tmp_path, monkeypatch):
    """One line instead of a stack trace."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    with pytest.raises(SettingsError, match=r"set KUBECONFIG, or give connection\.server"):
        find_connection(None)


@pytest.mark.parametrize("content", [None, "{", "contexts: []", "[]"])
def test_a_kubeconfig_that_cannot_be_used_is_named(tmp_path, monkeypatch, content):
    """Whoever mistyped the path should see the path."""
    path = tmp_path / "config"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("KUBECONFIG", str(path))

    with pytest.raises(SettingsError, match=str(path)):
        find_connection(None)
