// What the form of a catalogue asks the API.

// queryOf(form.elements, area or null) -> what the API is asked
export function queryOf({ url, starts, ends, cloud, collection }, area) {
  const query = { url: url.value.trim(), bbox: area };
  if (starts.value) query.starts = starts.value;
  if (ends.value) query.ends = ends.value;
  if (cloud.value !== "") query.cloud = Number(cloud.value);
  if (collection.value.trim()) query.collections = collection.value.split(",").map((name) => name.trim());
  return query;
}
