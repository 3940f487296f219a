"""Benchmarks: published data sets, honest splits, and the rows that ours has to beat."""
