// Addresses: what other programs are given, with buttons that copy; map tiles of the scene and view that are chosen.
import { byId, element } from "../lib/dom.js";
import { copyText } from "../ui/copy.js";

export function offerAddresses({ maps }) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = byId(button.dataset.copy);
    button.addEventListener("click", () => copyText(source.value ?? source.textContent, source));
  }
  if (maps.length) offerMaps(maps);
}

function offerMaps(maps) {
  const [scene, view, address] = ["map-scene", "map-view", "address-map"].map(byId);
  const looks = () => maps[scene.selectedIndex].looks;
  const tell = () => {
    address.value = looks()[view.selectedIndex].tiles;
  };
  const choose = () => {
    view.replaceChildren(...looks().map(({ title }) => element("option", {}, title)));
    tell();
  };
  scene.replaceChildren(...maps.map(({ title }) => element("option", {}, title)));
  scene.addEventListener("change", choose);
  view.addEventListener("change", tell);
  choose();
}
