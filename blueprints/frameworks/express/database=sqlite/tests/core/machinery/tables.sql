-- Tables of the tests alone, which no migration knows; tests/core/machinery/resources.ts says what they are.
DROP TABLE IF EXISTS machinery__samples;
DROP TABLE IF EXISTS machinery__note_tags;
DROP TABLE IF EXISTS machinery__slips;
DROP TABLE IF EXISTS machinery__cards;
DROP TABLE IF EXISTS machinery__pins;
DROP TABLE IF EXISTS machinery__notes;
DROP TABLE IF EXISTS machinery__folders;
DROP TABLE IF EXISTS machinery__tags;
CREATE TABLE machinery__tags (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_machinery__tags PRIMARY KEY (id)
) STRICT;
CREATE TABLE machinery__folders (
    id TEXT NOT NULL,
    owner_id TEXT,
    name TEXT NOT NULL,
    secret TEXT,
    data TEXT,
    tag_id TEXT,
    parent_id TEXT,
    deleted_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_machinery__folders PRIMARY KEY (id),
    CONSTRAINT fk_machinery__folders_tag_id FOREIGN KEY (tag_id) REFERENCES machinery__tags (id) ON DELETE RESTRICT,
    CONSTRAINT fk_machinery__folders_parent_id FOREIGN KEY (parent_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
) STRICT;
CREATE UNIQUE INDEX uq_machinery__folders_name ON machinery__folders (name) WHERE deleted_at IS NULL;
CREATE INDEX ix_machinery__folders_tag_id ON machinery__folders (tag_id);
CREATE INDEX ix_machinery__folders_parent_id ON machinery__folders (parent_id);
CREATE TABLE machinery__notes (
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    stars INTEGER,
    price INTEGER,
    done INTEGER NOT NULL,
    day TEXT,
    folder_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_machinery__notes PRIMARY KEY (id),
    CONSTRAINT fk_machinery__notes_folder_id FOREIGN KEY (folder_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX ix_machinery__notes_folder_id ON machinery__notes (folder_id);
CREATE TABLE machinery__pins (
    id TEXT NOT NULL,
    folder_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_machinery__pins PRIMARY KEY (id),
    CONSTRAINT fk_machinery__pins_folder_id FOREIGN KEY (folder_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX ix_machinery__pins_folder_id ON machinery__pins (folder_id);
CREATE TABLE machinery__cards (
    id TEXT NOT NULL,
    number INTEGER,
    folder_id TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_machinery__cards PRIMARY KEY (id),
    CONSTRAINT uq_machinery__cards_number UNIQUE (number),
    CONSTRAINT uq_machinery__cards_folder_id UNIQUE (folder_id),
    CONSTRAINT fk_machinery__cards_folder_id FOREIGN KEY (folder_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
) STRICT;
CREATE TABLE machinery__slips (
    id TEXT NOT NULL,
    tag_id TEXT NOT NULL,
    deleted_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_machinery__slips PRIMARY KEY (id),
    CONSTRAINT fk_machinery__slips_tag_id FOREIGN KEY (tag_id) REFERENCES machinery__tags (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX ix_machinery__slips_tag_id ON machinery__slips (tag_id);
CREATE TABLE machinery__samples (
    id TEXT NOT NULL,
    text TEXT,
    number INTEGER,
    total INTEGER,
    ratio REAL,
    flag INTEGER,
    day TEXT,
    moment TEXT,
    data TEXT,
    CONSTRAINT pk_machinery__samples PRIMARY KEY (id)
) STRICT;
CREATE TABLE machinery__note_tags (
    note_id TEXT NOT NULL,
    tag_id TEXT NOT NULL,
    CONSTRAINT pk_machinery__note_tags PRIMARY KEY (note_id, tag_id),
    CONSTRAINT fk_machinery__note_tags_note_id FOREIGN KEY (note_id) REFERENCES machinery__notes (id) ON DELETE CASCADE,
    CONSTRAINT fk_machinery__note_tags_tag_id FOREIGN KEY (tag_id) REFERENCES machinery__tags (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_machinery__note_tags_tag_id ON machinery__note_tags (tag_id);
