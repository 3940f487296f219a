// An area of a tile, rows of 0 and 1: its outline, without a document.

// A cell's sides: where the neighbour lies, and the line between the two.
const SIDES = [
  { row: -1, column: 0, line: (row, column) => `M${column} ${row}h1` },
  { row: 1, column: 0, line: (row, column) => `M${column} ${row + 1}h1` },
  { row: 0, column: -1, line: (row, column) => `M${column} ${row}v1` },
  { row: 0, column: 1, line: (row, column) => `M${column + 1} ${row}v1` },
];

// ["011", ...] -> the outline as a path in cells, along every side where the area ends.
export function outlineOf(rows) {
  const inside = (row, column) => rows[row]?.[column] === "1";
  const cells = rows.flatMap((text, row) => [...text].map((_, column) => ({ row, column })));
  const edges = cells
    .filter(({ row, column }) => inside(row, column))
    .flatMap(({ row, column }) =>
      SIDES.filter((side) => !inside(row + side.row, column + side.column)).map((side) => side.line(row, column)),
    );
  return edges.join("");
}

// Cells along a tile's side: a cell is whole pixels wide, so the last one may overhang the tile.
export function cellsAcross(rows, tilePx) {
  return tilePx / Math.ceil(tilePx / rows.length);
}
