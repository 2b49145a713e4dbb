/** What every page starts: the clock, the frame, the line to the server. Pages bring their own elements. */

import "./alarms/alarm-announcer.js";
import "./alarms/alarm-sound.js";
import "./live/news-feed.js";
import { startErrors } from "./frame/errors.js";
import { startClock } from "./frame/time.js";
import { startFrame } from "./frame/topbar.js";

startClock();
startFrame();
startErrors();
showTab();

/** On a narrow screen the tabs are a strip: the one that is open is in view. */
function showTab() {
  document.querySelector("[data-part=tabs] [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}
