// The page around a lesson: panes, theme, stage, code, and the inspector, which is a live
// view of its own. Every module that starts something returns a function that stops it.
import { LiveSocket } from "../client/index.js";
import { startCode } from "./code.js";
import { startPanes } from "./panes.js";
import { startProgress } from "./progress.js";
import { startReload } from "./reload.js";
import { startStage } from "./stage.js";
import { rememberedTab, TabsHook } from "./tabs.js";
import { startTheme } from "./theme.js";
import { TimelineHook } from "./timeline.js";

const token = document.querySelector("meta[name=csrf-token]")?.getAttribute("content");
const liveSocket = new LiveSocket("/live", {
  params: () => ({ _csrf_token: token, ...rememberedTab() }),
  hooks: { Timeline: TimelineHook, Tabs: TabsHook },
});

const stage = startStage(document);
startTheme(document, (theme) => stage.post({ type: "theme", theme }));
startPanes(document);
startCode(document);
startProgress(document);
startReload(document, stage);
liveSocket.connect();
