/**
 * Tables of the tests alone: every form of relation and deletion, whatever this service keeps.
 *
 * - Folder: kept when it is deleted, audited, owned; may lie in another folder, may have a tag
 * - Note: of a folder, goes with it; audited, linked to tags
 * - Pin: of a folder, which it holds back from deletion
 * - Card: of at most one folder, each of at most one card; stays without it; has rules
 * - Slip: of a tag, kept when it is deleted, although its tag is not
 * - Tag: goes for good
 * - Sample: no row of an entity, but a value of each type
 */

import { lessOrEqual, unequal } from "../../../src/core/conditions.ts";
import * as field from "../../../src/core/fields.ts";
import { type Identified, Repository, Target } from "../../../src/core/repository.ts";
import type { Row } from "../../../src/core/rows.ts";

type Known = [name: string, target: Target<Identified>][];

/** Let these targets alone be known. */
function know(targets: Known): void {
  Target.known.clear();
  for (const [name, target] of targets) {
    Target.known.set(name, target);
  }
}

// Those of the service are put aside, as they may have the same names.
const theirs: Known = [...Target.known];
know([]);

export const folderFields = {
  name: field.string({ column: "name", min: 1, max: 40 }),
  data: field.json({ column: "data", optional: true }),
  parentId: field.reference({
    column: "parent_id",
    to: "Folder",
    optional: true,
    onDelete: "cascade",
  }),
  tagId: field.reference({ column: "tag_id", to: "Tag", optional: true, onDelete: "cascade" }),
  secret: field.string({ column: "secret", optional: true, private: true }),
};

export const folders = new Repository({
  name: "Folder",
  path: "folders",
  table: "machinery__folders",
  fields: folderFields,
  access: {
    list: ["owner", "editor"],
    read: ["owner", "editor"],
    create: "authenticated",
    update: "owner",
    delete: "owner",
  },
  filters: ["name", "parentId"],
  sort: ["name"],
  unique: [["name"]],
  softDelete: true,
  owned: true,
  audited: true,
});

export const notes = new Repository({
  name: "Note",
  path: "notes",
  table: "machinery__notes",
  fields: {
    text: field.string({ column: "text", max: 40 }),
    stars: field.integer({ column: "stars", optional: true }),
    price: field.decimal({ column: "price", optional: true }),
    done: field.boolean({ column: "done", default: false }),
    day: field.date({ column: "day", optional: true }),
    folderId: field.reference({ column: "folder_id", to: "Folder", onDelete: "cascade" }),
    tagIds: field.links({
      name: "tag_ids",
      to: "Tag",
      table: "machinery__note_tags",
      here: "note_id",
      there: "tag_id",
    }),
  },
  access: {},
  filters: ["text", "stars", "price", "done", "day", "folderId"],
  sort: ["text", "stars", "price", "done", "day"],
  search: ["text"],
  cursor: true,
  audited: true,
});

export const pins = new Repository({
  name: "Pin",
  path: "pins",
  table: "machinery__pins",
  fields: { folderId: field.reference({ column: "folder_id", to: "Folder" }) },
  access: {},
});

/** The number of a card. */
export function numberOf(card: Row): number | null {
  return (card as Row & { readonly number: number | null }).number;
}

export const cards = new Repository({
  name: "Card",
  path: "cards",
  table: "machinery__cards",
  fields: {
    number: field.integer({ column: "number", optional: true }),
    folderId: field.reference({
      column: "folder_id",
      to: "Folder",
      optional: true,
      onDelete: "set_null",
    }),
  },
  access: { delete: "editor" },
  unique: [["number"], ["folder_id"]],
  rules: [
    {
      holds: ({ new: card }) => lessOrEqual(0, numberOf(card)),
      field: "number",
      message: "must not be negative",
    },
    {
      holds: ({ new: card, old }) => unequal(numberOf(card), numberOf(old) === null ? 13 : null),
      field: "",
      message: "13 must not come late",
    },
  ],
  audited: true,
});

export const slips = new Repository({
  name: "Slip",
  path: "slips",
  table: "machinery__slips",
  fields: { tagId: field.reference({ column: "tag_id", to: "Tag", onDelete: "cascade" }) },
  access: {},
  softDelete: true,
});

export const tags = new Repository({
  name: "Tag",
  path: "tags",
  table: "machinery__tags",
  fields: { name: field.string({ column: "name" }) },
  access: {},
});

const sampleFields = {
  id: field.uuid({ column: "id" }),
  text: field.string({ column: "text", optional: true }),
  number: field.decimal({ column: "number", precision: 18, scale: 4, optional: true }),
  total: field.long({ column: "total", optional: true }),
  ratio: field.float({ column: "ratio", optional: true }),
  flag: field.boolean({ column: "flag", optional: true }),
  day: field.date({ column: "day", optional: true }),
  moment: field.datetime({ column: "moment", optional: true }),
  data: field.json({ column: "data", optional: true }),
};

/** A value of each type, or none. */
export type Sample = field.ValuesOf<typeof sampleFields>;

export const samples = new Target<Sample>({
  name: "Sample",
  table: "machinery__samples",
  fields: sampleFields,
  access: {},
});

const ours: Known = [...Target.known];
know(theirs);

/** Let the tables above be the known ones; the function that is returned ends that. */
export function amongOurselves(): () => void {
  const others: Known = [...Target.known];
  know(ours);
  return () => know(others);
}
