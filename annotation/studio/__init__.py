"""Label Studio: what its labelling configuration asks for, which samples its tasks show, what the model says of them.

Images of tasks are never fetched: a task is recognised by what its data say.
"""

from annotation.studio.controls import Control, read_controls
from annotation.studio.finding import find_samples
from annotation.studio.telling import Teller, version_name

__all__ = ["Control", "Teller", "find_samples", "read_controls", "version_name"]
