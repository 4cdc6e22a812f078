/** Settings of other services: what stops the start, and the clients that they open. */

import { expect, test } from "vitest";
import { readSettings, SettingsError } from "../../src/core/config.ts";
import { openClients } from "../../src/core/others.ts";
import { clients } from "../../src/integrations/clients.ts";
import { settingsSchema } from "../../src/settings.ts";
import { TEST_SETTINGS } from "../environment.ts";
import { makeSettings } from "../service.ts";
import { OPERATIONS } from "./operations.ts";

const URLS = [...new Set(OPERATIONS.map(({ urlVariable }) => urlVariable))];
const TOKENS = [...new Set(OPERATIONS.flatMap(({ tokenVariable }) => tokenVariable ?? []))];

const WRONG = [
  ...URLS.flatMap((url) =>
    [
      "",
      "nowhere.example",
      "ftp://nowhere.example",
      "https://user@nowhere.example",
      "https://nowhere.example/?key=1",
      "https://nowhere.example:99999",
      "https:///path",
      "https://nowhere.example/\n",
    ].map((value) => [url, value] as const),
  ),
  ...TOKENS.flatMap((token) => ["", "two words", "line\n"].map((value) => [token, value] as const)),
];

test.for(WRONG)("%s = %j is refused", ([name, value]) => {
  const variables = { ...TEST_SETTINGS, [name]: value };
  const read = () => readSettings(settingsSchema, variables);
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(new RegExp(`^configuration: ${name}: [^\\n]*$`));
  if (value.trim() !== "") {
    // It may be a secret.
    expect(read).not.toThrow(value.trim());
  }
});

test("clients are there while the service runs", () => {
  const places = URLS.map((url) => [url, "https://service.example/api/"]);
  const close = openClients(makeSettings(Object.fromEntries(places)));
  const known = new Set(OPERATIONS.map(({ service }) => service));
  expect(new Set(Object.keys(clients()))).toEqual(known);
  close();
  expect(clients).toThrow("no client is open");
});
