"""Damaged files of every kind that is read: python -m tests.mutants --files 10000; its short run is a test."""
