// URLs by name: the server gives one dict of templates, no URL is written twice.

export class Urls {
  constructor(templates) {
    this.templates = templates;
  }

  // get("sample-chip", 3, 9, { margin: 32 }) -> "/projects/3/samples/9/chip.png?margin=32".
  // Parts fill the placeholders in order; parameters that are null, undefined or "" are left out.
  get(name, ...parts) {
    const template = this.templates[name];
    if (template === undefined) {
      throw new Error(`There is no URL called "${name}"; there are ${Object.keys(this.templates).sort().join(", ")}.`);
    }
    const query = typeof parts.at(-1) === "object" ? parts.pop() : {};
    const wanted = (template.match(/\{\w+\}/g) ?? []).length;
    if (wanted !== parts.length) throw new Error(`URL "${name}" takes ${wanted} parts, not ${parts.length}.`);
    const path = template.replace(/\{\w+\}/g, () => encodeURIComponent(parts.shift()));
    return withQuery(path, query);
  }
}

export function withQuery(path, query) {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") search.set(key, value);
  }
  const text = search.toString();
  return text ? `${path}${path.includes("?") ? "&" : "?"}${text}` : path;
}
