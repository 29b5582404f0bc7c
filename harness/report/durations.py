"""Durations as people read them."""


def real(seconds: float) -> str:
    """Write real time: ``0.09 s``, ``1 m 05 s``."""
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{int(seconds // 60)} m {int(seconds % 60):02} s"


def virtual(seconds: float) -> str:
    """Write virtual time: ``42 s``, ``5 m 07 s``, ``1 h 00 m``, ``3 d 02 h``."""
    whole = int(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if whole < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02} m"
    return f"{whole // 86400} d {whole % 86400 // 3600:02} h"
