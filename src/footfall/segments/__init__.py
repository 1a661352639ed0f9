"""Segments: named conditions over contacts and what they did. Pure; see docs/reference/segments.md.

One definition has several readings, which agree: `evaluation` decides for one contact, `statements`
asks the event store about all of them at once, and `changes` tells when time alone may decide anew.
"""
