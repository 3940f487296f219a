"""Regression of a physical quantity (quantitative inversion), with uncertainty."""

from mlcore.heads.regression.head import Estimates, RegressionHead

__all__ = ["Estimates", "RegressionHead"]
