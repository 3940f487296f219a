"""Operating: what whoever runs an installation looks at: the page of health, and metrics for Prometheus."""
