/** The rooms of `explorer/browser`, and who may import whom. `docs/architecture.md` says what lives in each. */

const BROWSER = "^explorer/browser/";
const VIEW = `${BROWSER}views/([^/.]+)`;

/** Modules of `room` may not import what lies in `others`. */
const forbid = (name, room, others, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: room.map((each) => `${BROWSER}${each}`) },
  to: { path: others.map((each) => `${BROWSER}${each}`) },
});

export default {
  forbidden: [
    { name: "no circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no view imports another",
      comment: "What two views need lives in charts/, parts/, files/ or runtime/.",
      severity: "error",
      from: { path: VIEW },
      to: { path: `${BROWSER}views/`, pathNot: `${BROWSER}views/$1(/|[.]js$)` },
    },
    forbid("views know no page", ["views/"], ["page", "static"], "A view's surroundings are what its host tells it."),
    forbid(
      "the runtime draws nothing",
      ["runtime/"],
      ["(charts|parts|files|views|page)", "(dom|i18n|measures|static)[.]js"],
      "",
    ),
    forbid(
      "charts know no model",
      ["charts/"],
      ["(parts|files|views|page)", "(measures|static)[.]js", "runtime/(model|map|running|stored|network)[.]js"],
      "",
    ),
    forbid(
      "parts know no model",
      ["(parts|files)/", "measures[.]js"],
      ["(views|page)", "static[.]js", "runtime/(model|map|running|stored|network)[.]js"],
      "",
    ),
    { name: "everything is reached", severity: "error", from: { orphan: true }, to: {} },
  ].filter(({ name }) => name !== "everything is reached"),
  options: { doNotFollow: { path: "node_modules" }, tsPreCompilationDeps: false },
};
