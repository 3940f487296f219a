"""Remote: whatever is read from other people's hosts, and the one place that decides whether it may be.

Nothing is read unless an operator named the host. A name is resolved once for each connection, and the connection goes
to the address that was checked; each redirect is checked like the first address; an answer has limits of time and size.
"""

from mlcore.remote.fetching import Answer, fetch
from mlcore.remote.hosts import Policy, policy, tell
from mlcore.remote.ranges import Pinned, RangeFile, pin

__all__ = ["Answer", "Pinned", "Policy", "RangeFile", "fetch", "pin", "policy", "tell"]
