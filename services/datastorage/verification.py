"""Verifying a chain: which event is not as it was written. Pure functions over what the store holds.

**What verification can know.** Three tables speak of a chain: the events, a ledger of ids (which event has which sequence) and the head
(last sequence, last hash, number of events). A change to the events alone is always found and named, a cut tail too, and so is a
change to one of the other two. Whoever may write all three tables may rewrite the whole chain: against that only a signature outside of
the database helps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.datastorage.chain import GENESIS, ChainRecord, Head, SealedEvent, recomputed


class Trouble(StrEnum):
    """What is wrong with one event, or with the anchor."""

    TAMPERED = "tampered"
    MISSING = "missing"
    CUT = "cut"
    REORDERED = "reordered"
    FOREIGN = "foreign"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it was written. ``event_id`` is ``None`` when only the place in the chain is known."""

    trouble: Trouble
    sequence: int | None
    event_id: str | None
    message: str
    expected_hash: str | None = None
    actual_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verification found; the chain is whole when there are no findings."""

    correlation_id: str
    total: int
    verified: int
    findings: tuple[Finding, ...]

    @property
    def is_valid(self) -> bool:
        """Whether the chain is exactly as it was written."""
        return not self.findings


def verify(record: ChainRecord) -> Verdict:
    """Compare a chain with itself, with its ledger and with its anchor, and name each event that is not as it was written."""
    place_of = {event_id: sequence for sequence, event_id in record.ledger.items()}
    checked = [
        _Checked(event=event, own_hash=recomputed(event), place=place_of.get(event.event_id)) for event in record.events
    ]
    findings = [
        *_events_not_as_sealed(checked, record.ledger),
        *_events_sealed_anew(checked),
        *_events_gone(record),
        *_anchor_not_as_left(checked, record.head),
    ]
    named: dict[tuple[int | None, str | None], Finding] = {}
    for finding in findings:
        named.setdefault((finding.sequence, finding.event_id), finding)  # the first reason is the most precise
    bad = {finding.event_id for finding in named.values()}
    return Verdict(
        correlation_id=record.correlation_id,
        total=len(record.events),
        verified=sum(event.event_id not in bad for event in record.events),
        findings=tuple(sorted(named.values(), key=lambda finding: (finding.sequence or 0, finding.event_id or ""))),
    )


@dataclass(frozen=True, slots=True)
class _Checked:
    """An event, the hash that it should have, and the place that the ledger gives it."""

    event: SealedEvent
    own_hash: str | None
    place: int | None

    @property
    def fits(self) -> bool:
        return self.own_hash == self.event.event_hash

    @property
    def in_place(self) -> bool:
        return self.place == self.event.sequence


def _events_not_as_sealed(checked: Sequence[_Checked], ledger: Mapping[int, str]) -> list[Finding]:
    """Events whose own hash does not fit them, or that nobody gave their place."""
    findings = []
    for each in checked:
        event, place = each.event, each.place
        if not each.fits and place is not None and recomputed(event, at=place) == event.event_hash:
            message = f"was sealed as number {place} of the chain and stands at {event.sequence}"
            findings.append(_about(event, trouble=Trouble.REORDERED, message=message, expected=each.own_hash))
        elif not each.fits:
            message = "is not what was sealed: its fields, its place or its hashes were changed"
            if place is None and event.sequence in ledger:
                message = f"{message}; the ledger knows number {event.sequence} as {ledger[event.sequence]}"
            findings.append(_about(event, trouble=Trouble.TAMPERED, message=message, expected=each.own_hash))
        elif place is None:
            message = "is in no ledger: its ledger entry was removed, or it was never written by this service"
            findings.append(_about(event, trouble=Trouble.FOREIGN, message=message))
        elif not each.in_place:
            message = (
                f"fits number {event.sequence} of the chain, and the ledger gave it {place}: one of the two was changed"
            )
            findings.append(_about(event, trouble=Trouble.REORDERED, message=message))
    return findings


def _events_sealed_anew(checked: Sequence[_Checked]) -> list[Finding]:
    """Events that fit their own hash, but not the one that their successor was sealed on: changed, and sealed again.

    Only an event that is as it was sealed, in the place it was given, can bear witness against the one before it.
    """
    findings = []
    in_place = {each.event.sequence: each for each in checked if each.in_place}
    for sequence, witness in sorted(in_place.items()):
        if not witness.fits:
            continue
        before, follows = in_place.get(sequence - 1), witness.event.previous_hash
        if before is not None and follows not in {before.event.event_hash, before.own_hash}:
            message = f"was changed and sealed anew: number {sequence} of the chain follows another hash"
            findings.append(_about(before.event, trouble=Trouble.TAMPERED, message=message, expected=follows))
        elif sequence == 1 and follows != GENESIS:
            message = "is the first of the chain and yet follows a hash"
            findings.append(_about(witness.event, trouble=Trouble.TAMPERED, message=message))
    return findings


def _events_gone(record: ChainRecord) -> list[Finding]:
    """Places in the chain that hold no event; behind the last event that is there, the tail was cut.

    Places that the ledger has forgotten too are named as a range: a head that was set to a huge number costs nothing.
    """
    end = max(record.head.sequence if record.head else 0, *record.ledger, 0)
    present = {event.sequence for event in record.events if event.sequence <= end}
    elsewhere = {event.event_id for event in record.events}
    last_present = max(present, default=0)
    findings = []
    before = 0
    for sequence in [*sorted(present | record.ledger.keys()), end + 1]:
        if sequence > before + 1:
            findings.append(_gone(before + 1, last_present=last_present, until=sequence - 1))
        if sequence in record.ledger and sequence not in present and record.ledger[sequence] not in elsewhere:
            findings.append(_gone(sequence, last_present=last_present, event_id=record.ledger[sequence]))
        before = sequence
    return findings


def _gone(sequence: int, *, last_present: int, until: int | None = None, event_id: str | None = None) -> Finding:
    trouble = Trouble.CUT if sequence > last_present else Trouble.MISSING
    how = "cut off the end of the chain" if trouble is Trouble.CUT else "removed from the chain"
    message = f"was {how}" if until is None else f"numbers {sequence} to {until} were {how}, and from the ledger"
    return Finding(trouble=trouble, sequence=sequence, event_id=event_id, message=message)


def _anchor_not_as_left(checked: Sequence[_Checked], head: Head | None) -> list[Finding]:
    """The chain's head against the last event that stands in its place."""
    if head is None:
        return [_about_anchor("the chain has no head: its anchor was removed")]
    if head.count != head.sequence:
        return [_about_anchor(f"the head counts {head.count} events and ends at number {head.sequence}")]
    last = max((each for each in checked if each.in_place), key=lambda each: each.event.sequence, default=None)
    if last is None:
        return []
    if last.event.sequence > head.sequence:
        end = last.event.sequence
        return [
            _about_anchor(f"the head ends at number {head.sequence} and the chain at {end}: the anchor was set back")
        ]
    if last.event.sequence == head.sequence and head.event_hash not in {last.event.event_hash, last.own_hash}:
        message = "was changed and sealed anew, or the chain's head was changed: the two hashes differ"
        return [_about(last.event, trouble=Trouble.TAMPERED, message=message, expected=head.event_hash)]
    return []


def _about(event: SealedEvent, *, trouble: Trouble, message: str, expected: str | None = None) -> Finding:
    return Finding(
        trouble=trouble,
        sequence=event.sequence,
        event_id=event.event_id,
        message=message,
        expected_hash=expected,
        actual_hash=event.event_hash,
    )


def _about_anchor(message: str) -> Finding:
    return Finding(trouble=Trouble.ANCHOR, sequence=None, event_id=None, message=message)
