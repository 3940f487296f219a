"""How many people one machine bears: python -m tests.benchmarks.crowd [--beside FOLDER]."""
