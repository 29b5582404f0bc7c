"""Rehearsals in real time: the counterpart of `simulation`, for clusters whose clock nobody holds.

Operators are actors of one process and one loop here, too, so that they are started, stopped and killed in the same way, and
can be asked whether they are at work. Their messages go over real sockets; nothing interferes with those.

==================  ===============================================================
`loop`              a real-time loop that knows whose task and connection is whose
`connections`       what a killed process leaves behind
`quiescence`        when nothing more will happen by itself, in real time
`sight`             what a Kopf operator has heard of so far
`run`               one run, put together
`log`               what happened to actors: started, stopped, crashed
`asgi`              services on a port, for the length of a scenario
==================  ===============================================================

Nothing is imported here.
"""
