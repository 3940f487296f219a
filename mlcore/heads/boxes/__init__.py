"""Object boxes from dense features: where centres are, and how large the thing around each is."""

from mlcore.heads.boxes.head import BoxHead, Detections, DrawnBoxes

__all__ = ["BoxHead", "Detections", "DrawnBoxes"]
