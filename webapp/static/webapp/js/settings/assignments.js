// What is assigned to whom, how far it is, and what an owner does about it.
import { byId, element } from "../lib/dom.js";
import { count, number } from "../lib/format.js";
import { get, patch, remove } from "../lib/request.js";
import { assignTiles, labellers } from "../ui/assign_dialog.js";
import { ask } from "../ui/dialog.js";
import { meter } from "../ui/meter.js";
import { urls } from "../ui/shell.js";
import { brokenState } from "../ui/states.js";
import { toast } from "../ui/toast.js";

const NOTHING = "Nothing is assigned: everybody is asked for the tiles that teach the model most.";

export class Assignments {
  constructor(project) {
    this.project = project;
    this.holder = byId("assignments");
    byId("assign").addEventListener("click", () => assignTiles(project, { done: () => this.load() }));
  }

  async load() {
    const address = urls.get("api:assignment-list", this.project, { page_size: 1000 });
    const [[page, error], [members, refused]] = await Promise.all([
      get(address, { quiet: true }),
      labellers(this.project),
    ]);
    if (error || refused) return this.holder.replaceChildren(brokenState(error ?? refused, () => this.load()));
    const waiting = page.results.filter(({ total, done }) => done < total);
    const finished = page.results.filter(({ total, done }) => done >= total);
    const rows = [...waiting, ...finished].map((each) => this.#row(each, members));
    const table = element("table", { "aria-label": "Assignments" }, element("tbody", {}, rows));
    this.holder.replaceChildren(rows.length ? table : element("p", { class: "inner muted" }, NOTHING));
  }

  #row(row, members) {
    const cross = `Take back ${row.about} of ${row.username}`;
    return element(
      "tr",
      {},
      element("td", {}, this.#whose(row, members)),
      element("td", {}, what(row), row.note && element("small", { class: "muted note" }, row.note)),
      element("td", { class: "far" }, progress(row)),
      element(
        "td",
        {},
        element(
          "button",
          {
            type: "button",
            class: "quiet icon",
            title: cross,
            "aria-label": cross,
            onclick: () => this.#takeBack(row),
          },
          "×",
        ),
      ),
    );
  }

  #whose(row, members) {
    const options = members.map(({ id, username }) =>
      element("option", { value: id, selected: id === row.member }, username),
    );
    const onchange = ({ target }) => this.#handOver(row, Number(target.value), target.selectedOptions[0].text);
    return element("select", { "aria-label": `Who labels ${row.about}`, onchange }, options);
  }

  async #handOver(row, member, name) {
    const left = count(row.total - row.done, "tile that waits", "tiles that wait");
    const text = `${name} is asked for the ${left} first, instead of ${row.username}. What was answered stays.`;
    if (await ask(`Hand over to ${name}?`, text, { yes: "Hand over" })) {
      const [, error] = await patch(this.#address(row), { member });
      if (!error) toast(`${name} is asked for them now.`);
    }
    await this.load();
  }

  async #takeBack(row) {
    const text = "The tiles that wait are anybody's again. What was answered stays.";
    if (!(await ask(`Take back ${row.about} of ${row.username}?`, text, { yes: "Take back" }))) return;
    const [, error] = await remove(this.#address(row));
    if (!error) toast("Anybody's again.");
    await this.load();
  }

  #address({ id }) {
    return urls.get("api:assignment-detail", this.project, id);
  }
}

function what({ about, due, shared }) {
  const tags = [due && `by ${due}`, shared && "others, too"].filter(Boolean);
  return [about, ...tags.flatMap((text) => [" ", element("span", { class: "tag" }, text)])];
}

function progress({ done, total }) {
  const words =
    total === done ? `all ${number(total)} done` : `${number(done)} of ${number(total)}, ${number(total - done)} left`;
  return [meter(done, total, words, { thin: true }), element("small", { class: "number" }, words)];
}
