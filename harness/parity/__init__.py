"""Whether clusters agree: what each scenario did on one of them, compared with what it did on another.

==================  ============================================================================
`record`            what one run of a scenario did: of each object phases, writes, Events, and more
`recording`         takes that from a stage when the scenario is over
`matching`          which object of one run stands for which of the other
`comparison`        the differences between two records
`columns`           the clusters that are compared, and which of them are at hand
`playing`           runs the scenarios on one of them
`verdicts`          what the differences mean: excused, found in another interleaving, or a failure
`table`             the table of all that, in a terminal and on a page
==================  ============================================================================

Everything from `comparison` on is data; only `recording` touches a cluster, and only `playing` starts a process.
"""
