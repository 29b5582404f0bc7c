"""The garbage collector, told what is never garbage.

What a program imports lives as long as the program does. The collector looks through all of it again and again while it grows,
and whenever a server or a scenario has made enough objects of its own: 50 to 130 ms each time, as long as a short scenario takes, or
a server's start. So a program of ours does without a collector while it imports, and then tells it to look at what comes after.
"""

import gc


def imports() -> None:
    """Collect no garbage from now on, until `settled`: what is made now stays. For programs of ours, as their first deed."""
    gc.disable()


def settled() -> None:
    """Leave all that there is out of the collector's sight for good, and collect what comes after. May be called again."""
    gc.freeze()
    gc.enable()
