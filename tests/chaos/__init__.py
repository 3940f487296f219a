"""Random SIGKILLs under people at work: python -m tests.chaos --kills 1000; its short run is a test."""
