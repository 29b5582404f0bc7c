"""What the harness costs: ``make bench``, or ``python -m benchmarks --help``.

Each module in `subjects` measures one thing and yields `figure.Figure` s. Every measurement is repeated; the *smallest* value is
what the code needs, the *median* is what one gets, and CPU seconds stand beside wall time, because a machine is rarely idle.
Claims about performance come from here, never from a test that looks at a clock.
"""
