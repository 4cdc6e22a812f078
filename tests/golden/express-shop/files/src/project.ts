/** What is particular to this project: its names and the choices made for its HTTP interface. */

export const NAME = "shop";
export const TITLE = "Corner shop";
export const VERSION = "0.1.0";

export const BASE_PATH = "/api/v1";
export const JSON_CASE: "camel" | "snake" = "camel";

export const DEFAULT_DATABASE_URL = "sqlite:///./dev.db";
