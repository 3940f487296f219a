// QGIS: a project file with a key of its own, made when it is asked for.
import { byId, element } from "../lib/dom.js";
import { post } from "../lib/request.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";

export function offerQgis({ project }) {
  const form = byId("qgis");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [made, error] = await post(urls.get("api:qgis", project.id), { days: Number(form.elements.days.value) });
    if (!error) save(made);
  });
}

function save({ name, content }) {
  const address = URL.createObjectURL(new Blob([content], { type: "application/x-qgis-project" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  toast(`${name}: open it in QGIS.`);
}
