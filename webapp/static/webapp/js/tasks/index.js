// The kind of label that a project has. Its module is loaded from where the server says, so that a new kind is one file.

// data: what the page was given; its `task` is { name, title, options, module }. -> the kind, see task.js
export async function openTask(data) {
  const Kind = await openKind(data.task.module);
  return new Kind(data);
}

// The class of a kind by the address of its module
export async function openKind(module) {
  const { default: Kind } = await import(module);
  return Kind;
}
