"""Active learning measured: simulated annotators answer what each strategy asks, on data split by place."""
