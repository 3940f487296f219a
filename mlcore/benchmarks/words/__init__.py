"""What encoders of sentences are worth: categories of real reports, learnt from a few of them on other ground."""
