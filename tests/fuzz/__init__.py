"""Hostile input for everything that reads a chip: only typed errors, no hang, bounded memory. `make fuzz`, or `python -m tests.fuzz.run --count N`."""
