"""The tape of a run: the same seed gives the same bytes, another seed another run."""

import asyncio

import kopf
import orjson
import pytest

from harness.simulation.clock import run

from .kopf_stage import GRANTS, grant, loader, stage


def decorate(registry):
    @kopf.on.create(*GRANTS, registry=registry)
    async def handle(retry, patch, **_):
        if not retry:
            raise kopf.TemporaryError("not yet", delay=5)
        patch.status["phase"] = "Active"


async def rehearse():
    async with stage() as (simulation, cluster):
        first = simulation.operator("first", loader(decorate), restarts=True)
        second = simulation.operator("second", loader(decorate))
        await first.start()
        await second.start()
        await asyncio.gather(*(cluster.create(grant(name), namespace="a") for name in "xyz"))
        await asyncio.sleep(2)
        await first.kill()
        await cluster.settled()
        await second.stop()
        await first.stop()
        return b"".join(simulation.tape.lines(scenario="rehearse"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 7, 8])
def test_the_same_seed_gives_the_same_bytes(seed):
    """A seed that cannot be replayed is no finding. Retries, a crash and a restart are in it, and the order of all ties."""
    assert run(rehearse(), seed=seed) == run(rehearse(), seed=seed)


@pytest.mark.slow
def test_another_seed_is_another_run():
    """Otherwise a thousand seeds would be one."""
    tapes = {run(rehearse(), seed=seed).partition(b"\n")[2] for seed in range(4)}

    assert 4 == len(tapes)


def test_a_tape_is_json_lines_with_a_header_and_marks_in_their_places():
    """Readers go line by line; the header tells what a replay needs."""
    header, *lines = [orjson.loads(line) for line in run(rehearse()).splitlines()]

    assert {"tape": 1, "scenario": "rehearse", "seed": 0} == {key: header[key] for key in ("tape", "scenario", "seed")}
    marks = [f"{line['actor']} {line['mark']}" for line in lines if "mark" in line]
    assert [
        "first started",
        "second started",
        "first crashed",
        "first started again",
        "second stopped",
        "first stopped",
    ] == marks
    assert sorted(line["at"] for line in lines) == [line["at"] for line in lines]
    crash = next(number for number, line in enumerate(lines) if line.get("mark") == "crashed")
    rise = next(number for number, line in enumerate(lines) if line.get("mark") == "started again")
    assert [] == [line for line in lines[crash:rise] if line["actor"] == "first" and line.get("stage") == "event"]
