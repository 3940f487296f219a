"""Commands about the model: python -m mlcore.model sizes, describe or export."""

import sys
from importlib import import_module

from mlcore.errors import MLCoreError, UnknownName

# Each module has a main(arguments) that returns the text to print.
COMMANDS = {
    "describe": "mlcore.model.describe",
    "export": "mlcore.model.export",
    "sizes": "mlcore.model.sizes",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command that the first argument names; return the exit status."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or [""]
    try:
        if name not in COMMANDS:
            raise UnknownName("command", name, COMMANDS)
        print(import_module(COMMANDS[name]).main(rest))
    except MLCoreError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
