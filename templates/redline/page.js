(() => {
  const byId = (id) => document.getElementById(id);
  const position = byId("position");
  if (!position) return;
  const changes = [...document.querySelectorAll("[data-change]")];
  let current = -1;

  const unfold = (change) => {
    for (let fold = change.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  };
  const isSeen = (change) => {
    const { top, bottom } = change.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  };
  // A reader who has scrolled away goes on from what is on the screen, not from the last jump.
  const next = (step) => {
    if (current >= 0 && isSeen(changes[current])) return current + step;
    const below = changes.findIndex((change) => change.getBoundingClientRect().bottom > innerHeight / 2);
    const first = below < 0 ? changes.length : below;
    return step > 0 ? first : first - 1;
  };
  const go = (step) => {
    current = (next(step) + changes.length) % changes.length;
    const change = changes[current];
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    unfold(change);
    change.focus({ preventScroll: true });
    change.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    position.textContent = position.dataset.text.replace("{at}", current + 1).replace("{count}", changes.length);
  };

  byId("next").addEventListener("click", () => go(1));
  byId("previous").addEventListener("click", () => go(-1));
  document.addEventListener("keydown", (event) => {
    if (!byId("keys").checked || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { n: 1, j: 1, p: -1, k: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    go(step);
  });
  byId("unfold").addEventListener("change", (event) => {
    for (const fold of document.querySelectorAll("details.fold")) fold.open = event.target.checked;
  });
  // Paper cannot be unfolded: what is folded is opened for it, and folded again afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
  addEventListener("hashchange", () => {
    const target = byId(location.hash.slice(1));
    if (!target) return;
    unfold(target);
    target.scrollIntoView();
  });

  if (innerWidth < 1000) document.querySelector(".outline details").open = false;
  for (const id of ["next", "previous", "position"]) byId(id).hidden = false;
  for (const id of ["unfold", "keys"]) byId(id).parentElement.hidden = false;
})();
