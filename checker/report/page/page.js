// Moves among the steps of a timeline by keyboard, and shows where a step stands in the other build and below. The
// page says everything without it: steps are links, and their details show on focus.
"use strict";
for (const timeline of document.querySelectorAll(".timeline")) {
  const sides = [...timeline.querySelectorAll(".side")].map((side) => [...side.querySelectorAll(".step")]);
  const all = sides.flat();
  const table = timeline.closest("section").querySelector(".interleaving");
  const parted = () => timeline.querySelector(".step.here") || all[all.length - 1];

  // One stop for the Tab key; the arrow keys go on from there.
  const stopAt = (step) => all.forEach((other) => (other.tabIndex = other === step ? 0 : -1));
  const show = (step) => {
    const index = step.dataset.step;
    for (const other of all) other.classList.toggle("same", other !== step && other.dataset.step === index);
    for (const row of table.querySelectorAll("tr.same")) row.classList.remove("same");
    document.getElementById(step.hash.slice(1))?.classList.add("same");
  };
  const go = (step) => {
    if (!step) return;
    stopAt(step);
    step.focus({ preventScroll: true });
    step.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const beside = (step, by) => {
    const side = sides.find((steps) => steps.includes(step));
    return side[side.indexOf(step) + by];
  };
  const opposite = (step) => {
    const other = sides.find((steps) => !steps.includes(step)) || [];
    return other.find((candidate) => candidate.dataset.step === step.dataset.step) || other[other.length - 1];
  };
  const keys = {
    ArrowLeft: (step) => beside(step, -1),
    ArrowRight: (step) => beside(step, 1),
    ArrowUp: (step) => (sides[0].includes(step) ? null : opposite(step)),
    ArrowDown: (step) => (sides[0].includes(step) ? opposite(step) : null),
    Home: (step) => sides.find((steps) => steps.includes(step))[0],
    End: (step) => sides.find((steps) => steps.includes(step)).at(-1),
    d: parted,
    D: parted,
  };
  timeline.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = event.target.closest(".step");
    if (event.key === "Escape") timeline.classList.add("hushed");
    else timeline.classList.remove("hushed");
    if (!step || !(event.key in keys)) return;
    event.preventDefault();
    go(keys[event.key](step));
  });
  for (const step of all) {
    step.addEventListener("focus", () => show(step));
    step.addEventListener("pointerenter", () => {
      timeline.classList.remove("hushed");
      show(step);
    });
  }
  if (all.length > 0) {
    stopAt(parted());
    timeline.scrollLeft = Math.max(0, parted().offsetLeft - timeline.clientWidth / 2);
  }
}
