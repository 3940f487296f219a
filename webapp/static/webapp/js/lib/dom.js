// DOM without a framework: constant templates with refs, and elements whose text is always text.

// fromTemplate('<p><b data-ref="name"></b></p>') -> [root, { name }]. Only constant strings: never user text.
export function fromTemplate(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const root = holder.content.firstElementChild;
  return [root, refsOf(root)];
}

export function refsOf(root) {
  const refs = {};
  for (const element of [root, ...root.querySelectorAll("[data-ref]")]) {
    if (element.dataset?.ref) refs[element.dataset.ref] = element;
  }
  return refs;
}

// element("button", { type: "button", class: "primary", onclick: run, style: { "--share": 0.5 } }, "Label", kbd)
// Children are nodes or text; null and false are left out. There is no way to pass HTML.
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "style") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "value") node.value = value;
  else node.setAttribute(name, value === true ? "" : value);
}

export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// The data that the server put on the page with json_script.
export function pageData(id = "data") {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

export function byId(id) {
  return document.getElementById(id);
}

// The cells of a table's head; a column of buttons has no title, and is no heading.
export function headings(titles) {
  return titles.map((title) => (title ? element("th", { scope: "col" }, title) : element("td")));
}
