// What the form of a catalogue asks the API.

// queryOf(form.elements) -> what the API is asked; bbox is null without an area, undefined for one that is none
export function queryOf({ url, area, starts, ends, cloud, collection }) {
  const query = { url: url.value.trim(), bbox: bboxOf(area.value) };
  if (starts.value) query.starts = starts.value;
  if (ends.value) query.ends = ends.value;
  if (cloud.value !== "") query.cloud = Number(cloud.value);
  if (collection.value.trim()) query.collections = collection.value.split(",").map((name) => name.trim());
  return query;
}

function bboxOf(text) {
  if (!text.trim()) return null;
  const numbers = text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number);
  return numbers.length === 4 && numbers.every(Number.isFinite) ? numbers : undefined;
}
