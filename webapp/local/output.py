"""What the programs of the supervisor write, shown at the terminal as it comes."""

from collections.abc import Iterable
from pathlib import Path

LONGEST = 2**16  # of one look at one file


class Output:
    """The log files of some programs in a folder, from now on."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self.folder = folder
        self.names = list(names)
        self.read = {path: path.stat().st_size for path in self._files()}

    def show(self) -> None:
        """Print the lines that came since the last look, each after the name of its program."""
        for path in self._files():
            with path.open("rb") as file:
                if (start := self.read.get(path, 0)) > path.stat().st_size:
                    start = 0  # the file was begun anew
                file.seek(start)
                new = file.read(LONGEST)
            whole, _, _ = new.rpartition(b"\n")
            lines = whole or (new if len(new) == LONGEST else b"")
            self.read[path] = start + len(lines) + (1 if whole else 0)
            for line in lines.decode(errors="replace").splitlines():
                print(f"{path.stem:12}| {line}", flush=True)

    def _files(self) -> list[Path]:
        paths = (self.folder / f"{name}.log" for name in self.names)
        return [path for path in paths if path.exists()]
