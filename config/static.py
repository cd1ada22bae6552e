"""Static files with the hash of their content in the name, so that browsers keep them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Also follows the imports of our JavaScript modules."""

    support_js_module_import_aggregation = True
