/** Serve in the foreground, in one process, until SIGTERM or SIGINT. */

import { loadSettings } from "./core/config.ts";
import { settingsSchema } from "./settings.ts";

const settings = loadSettings(settingsSchema);
// A faulty setting is to stop the start at once, and these take time to load.
const { createApp } = await import("./app.ts");
const { serve } = await import("./core/serving.ts");

await serve(createApp(settings), settings.PORT);
