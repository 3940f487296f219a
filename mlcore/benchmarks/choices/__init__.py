"""Design choices, each made on some data sets and judged on another: `python -m mlcore.benchmarks choices`."""
