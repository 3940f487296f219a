// Connect: how other programs work with the project; for owners, its webhooks.
import { pageData } from "../lib/dom.js";
import { offerQgis } from "./qgis.js";
import { showWebhooks } from "./webhooks.js";

const data = pageData();
offerQgis(data);
if (data.may.own) showWebhooks(data);
