// What every page of the desk does with JavaScript. Without it each page still works; nothing here is the only way.
import { startByHand } from "./by_hand.js";
import { startCountdowns } from "./countdown.js";
import { startComposer } from "./composer.js";
import { startFinding } from "./finding.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startMentions } from "./mentions.js";
import { startMenus } from "./menus.js";
import { startPhrases } from "./phrases.js";
import { startNotices } from "./notices.js";
import { startPresence } from "./presence.js";
import { startToasts } from "./toasts.js";

startMenus();
startToasts();
startComposer();
startPhrases();
startByHand();
startCountdowns();
startFinding();
startKeys();
startMentions();
startNotices();
startLive();
startPresence();
