"""What kubectl may print differently on two servers that are alike: identities, moments, addresses.

Columns are as wide as what stands in them, so that an age of 10s moves its neighbours: rows of blanks count as two.
"""

import re

_RULES = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<uid>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"), "<time>"),
    (re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}"), "<time>"),
    (re.compile(r"https://(?:127\.0\.0\.1|localhost):\d+"), "<server>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<address>"),
    (re.compile(r"10\.96\.0\.(?!0\b|1\b|255\b)\d+"), "<service address>"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "<token>"),
    (
        re.compile(r'(\\?"resourceVersion\\?": ?\\?"|resourceVersion: "|resourceVersion=|Resource Version: +)\d+'),
        r"\1<version>",
    ),
    (re.compile(r'(nodePort"?: |NodePort: +\S+ +|\b\d+:)3\d{4}\b'), r"\1<node port>"),
    (re.compile(r"(?m)(?<=[ \t])(?:<invalid>|(?:\d+[smhd]){1,2})(?=\s|$)(?! ago)"), "<age>"),
    (re.compile(r"\b(?:\d+[smhd]){1,2}(?= ago)"), "<age>"),
    (re.compile(r"/tmp/[\w./-]+"), "<file>"),  # noqa: S108  named, not used
    (re.compile(r"\b(made|debugger)-[a-z0-9]{5}\b"), r"\1-<drawn>"),
    (re.compile(r"(pod-template-hash(?:=|: |\":\"))\w+"), r"\1<hash>"),
    (re.compile(r"(pod updates may not change fields other than[^\n]*\n).*", re.DOTALL), r"\1"),  # then Go structures
    (re.compile(r"(?m)^[EIW]\d{4} .*\breflector\.go.*\n"), ""),  # of a watch that happened to be short
    (re.compile(r"(?m)^[EIW]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ "), "<log> "),
    (re.compile(r"(?m)^(---|\+\+\+) .*$"), r"\1 <file>"),
    (re.compile(r"(?m)^diff .*$"), "diff"),
    (re.compile(r"[ \t]{2,}(?=\S)(?<!^)"), "  "),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
)


def mask(text: str) -> list[str]:
    """Return the lines of an output with what may differ replaced."""
    for pattern, word in _RULES:
        text = pattern.sub(word, text)
    return text.splitlines()
