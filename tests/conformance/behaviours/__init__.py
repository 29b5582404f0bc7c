"""Behaviours as request scripts, a module per area: each says something to a server, and that is all.

What is answered is the transcript; what is right is what the real server says.
"""
