// The promise on the Review page against the server: what may be accepted unseen, done, and taken back.
import { byId } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { get, post } from "../lib/request.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";
import { PromisePanel } from "./promise_panel.js";

const PATIENCE = { timeout: 300_000 };

// -> load(), which shows the promise as it stands; changed(): the sheet is another now
export function openPromise({ project, may, task, style, changed }) {
  const settings = may.own ? urls.get("project-settings", project.id) : null;
  const panel = new PromisePanel(byId("promise"), {
    task,
    style,
    accept,
    rollBack: may.own ? rollBack : null,
    settings,
  });

  async function load() {
    const [[preview, error], [past]] = await Promise.all([
      get(urls.get("api:promise", project.id), { quiet: true }),
      get(urls.get("api:acceptance-list", project.id), { quiet: true }),
    ]);
    if (!error) panel.show(preview, past?.results ?? []);
  }

  async function accept({ model_version, kind, bound, threshold }) {
    const body = { model_version, kind, bound, threshold };
    const [done, error] = await post(urls.get("api:acceptance-list", project.id), body, PATIENCE);
    if (!error) toast(`${count(done.accepted, "label")} accepted by promise.`, { kind: "good" });
    await Promise.all([load(), changed()]);
  }

  async function rollBack({ id }) {
    const [done, error] = await post(urls.get("api:acceptance-rollback", project.id, id), {}, PATIENCE);
    if (!error) toast(`${count(done.accepted, "label")} taken back.`);
    await Promise.all([load(), changed()]);
  }

  return load;
}
