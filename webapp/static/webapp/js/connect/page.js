// Connect: how other programs work with the project; for owners, its webhooks.
import { pageData } from "../lib/dom.js";
import { offerAddresses } from "./addresses.js";
import { offerQgis } from "./qgis.js";
import { showWebhooks } from "./webhooks.js";

const data = pageData();
offerQgis(data);
offerAddresses(data);
if (data.may.own) showWebhooks(data);
