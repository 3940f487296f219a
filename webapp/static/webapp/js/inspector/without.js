// What the model would say without what the active pane shows: asked by a key, worked out by a worker, told in words.
import { get } from "../lib/request.js";
import { answerText, omissible, wordFor } from "../state/omission.js";

const AGAIN_MS = 400;
const MOST_TRIES = 75; // half a minute
const NONE = "This is all that the model sees of the tile.";
const AUDIT = "An audit is labelled without the model’s help.";
const SLOW = "No worker answered yet. Ask again in a while.";

export class Without {
  #turn = 0;

  // parts: { section, message }; addressOf(item, modality)
  constructor(parts, { addressOf }) {
    Object.assign(this, { parts, addressOf });
  }

  // Another tile: what was said of the last one is gone.
  clear() {
    this.#turn += 1;
    this.parts.section.hidden = true;
    this.parts.message.textContent = "";
  }

  async ask(item, scene) {
    this.clear();
    const turn = this.#turn;
    const asked = omissible(item, scene);
    this.parts.section.hidden = false;
    if (item.audit || !asked) {
      this.#say(item.audit ? AUDIT : NONE);
      return;
    }
    const word = wordFor(item, asked);
    this.#say(`Asking the model without ${word}…`);
    const text = await this.#answer(this.addressOf(item, asked), word, turn);
    if (turn === this.#turn) this.#say(text);
  }

  async #answer(address, word, turn) {
    for (let tries = 0; tries < MOST_TRIES && turn === this.#turn; tries += 1) {
      const [told, error] = await get(address, { quiet: true });
      if (error) return error.message;
      if (told.state === "failed") return told.message;
      if (told.state === "ready") return answerText(told, word);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
    return SLOW;
  }

  #say(text) {
    this.parts.message.textContent = text;
  }
}
