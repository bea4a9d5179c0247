"""attnquiz: learn self-attention by working it out, and still know it a year later.

The rooms, and what may import what, are drawn in docs/architecture.md and tested in
tests/test_architecture.py. No package here imports anything in its ``__init__``, so that opening one
door never opens another (torch stays off the quiz path).
"""

__version__ = "0.1.0"
