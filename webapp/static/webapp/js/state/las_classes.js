// The classes of the LAS format with their names, in colours that people of any sight tell apart (Okabe and Ito).

const CLASSES = {
  0: ["Never classified", "#8f959e"],
  1: ["Unclassified", "#b9bec6"],
  2: ["Ground", "#e69f00"],
  3: ["Low vegetation", "#b8e6d4"],
  4: ["Medium vegetation", "#4fc3a1"],
  5: ["High vegetation", "#009e73"],
  6: ["Building", "#d55e00"],
  7: ["Noise", "#cc79a7"],
  8: ["Key point", "#ffffff"],
  9: ["Water", "#3d8fd1"],
  10: ["Rail", "#7a6a58"],
  11: ["Road surface", "#5c6470"],
  12: ["Overlap", "#d8c8a8"],
  13: ["Wire, guard", "#f7ef8a"],
  14: ["Wire, conductor", "#f0e442"],
  15: ["Transmission tower", "#c9bc1f"],
  16: ["Wire connector", "#a89d10"],
  17: ["Bridge deck", "#56b4e9"],
  18: ["High noise", "#e8a7c9"],
};
const RESERVED_UNTIL = 63;

// -> { title, colour }
export function lasClass(code) {
  const [title, colour] = CLASSES[code] ?? [
    code <= RESERVED_UNTIL ? `Reserved ${code}` : `Own class ${code}`,
    "#9a86c4",
  ];
  return { title, colour };
}
