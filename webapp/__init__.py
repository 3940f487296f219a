"""Every way in: browser, API, command line, queue and admin, and all configuration."""
