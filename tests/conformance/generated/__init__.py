"""The random half of the differential test: definitions, objects and sequences of verbs, drawn by Hypothesis.

What is drawn is a list of `steps.Step`: data, so that it shrinks well, can be played on every server and printed as a behaviour.
"""
