"""Static files in production: compressed, with a hash in their names, ES module imports rewritten to match."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Rewrite the imports between our ES modules to the hashed names."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 30  # as many as modules stand in one another's chain: a hash changes all above it
