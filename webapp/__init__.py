"""webapp: every way in. Settings, pages, API, admin, tasks and commands."""
