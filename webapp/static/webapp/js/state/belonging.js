// Belonging: which files are sent together, since they are of one cube, picture or product by their names.
const SIDE = /\.(hdr|[jpt]gw|jpgw|jpegw|pngw|tifw|tiffw|j2w|jp2w|wld|prj)$/i;
const BAND = /[_.-]?(?:(?:SR_|ST_)?B(?:0?[1-9]|1[0-2]|8A)|SCL|QA_PIXEL|MTL)(?:[_-](?:10|20|60)m)?$/i;

const withoutEnding = (name) => name.replace(/\.[^.]*$/, "");

function keyOf(name) {
  const stem = withoutEnding(SIDE.test(name) ? name.replace(SIDE, ".x") : name);
  return withoutBands(/\.(bsq|bil|bip|img|dat|raw)$/i.test(stem) ? withoutEnding(stem) : stem).toLowerCase();
}

const withoutBands = (stem) => stem.replace(BAND, "") || "bands";

// Returns lists of files, in the order of the first of each; what belongs to nothing is alone.
export function groupsOf(files) {
  const groups = new Map();
  for (const file of files) {
    const key = keyOf(file.name);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}
