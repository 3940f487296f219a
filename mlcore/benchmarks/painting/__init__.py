"""What a few dabs of a brush are worth: segmentation from sparse paint, side by side with what others do."""
