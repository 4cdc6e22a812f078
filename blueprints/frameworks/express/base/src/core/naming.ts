import { JSON_CASE } from "../project.ts";

/** The JSON spelling of a name in snake case: `in_stock` is `inStock` where keys are in camel case. */
export function jsonName(name: string): string {
  if (JSON_CASE === "snake") {
    return name;
  }
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `OrderItem` becomes `order_item`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();
}
