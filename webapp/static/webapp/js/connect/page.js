// Connect: how other programs work with the project; for owners, its webhooks.
import { pageData } from "../lib/dom.js";
import { showWebhooks } from "./webhooks.js";

const data = pageData();
if (data.may.own) showWebhooks(data);
