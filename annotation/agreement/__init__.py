"""Agreement: what several people said of the same samples, and who gives one class nearly always."""
