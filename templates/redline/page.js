(() => {
  const changes = [...document.querySelectorAll("[data-change]")];
  const byId = (id) => document.getElementById(id);
  const position = byId("position");
  if (!position) return;
  let at = -1;
  const tell = () => {
    position.textContent = position.dataset.text.replace("{at}", at + 1).replace("{count}", changes.length);
  };
  const go = (step) => {
    at = (at + step + changes.length) % changes.length;
    const change = changes[at];
    for (let box = change.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    change.focus({ preventScroll: true });
    change.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    tell();
  };
  byId("next").addEventListener("click", () => go(1));
  byId("previous").addEventListener("click", () => go(at < 0 ? 0 : -1));
  document.addEventListener("keydown", (event) => {
    if (!byId("keys").checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) return;
    if (event.key === "n" || event.key === "j") go(1);
    else if (event.key === "p" || event.key === "k") go(at < 0 ? 0 : -1);
    else return;
    event.preventDefault();
  });
  byId("unfold").addEventListener("change", (event) => {
    for (const fold of document.querySelectorAll("details.fold")) fold.open = event.target.checked;
  });
  for (const id of ["next", "previous", "position"]) byId(id).hidden = false;
  for (const id of ["unfold", "keys"]) byId(id).parentElement.hidden = false;
  tell();
})();
