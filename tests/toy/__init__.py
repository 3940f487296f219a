"""A kind of label that the product does not have, as one Python module, one ES module and one template.

Settings that name its folders are all that a site needs besides; `served` is such a site.
"""
