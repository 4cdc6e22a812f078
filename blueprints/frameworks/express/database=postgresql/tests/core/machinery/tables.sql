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
    id uuid NOT NULL,
    name varchar(40) COLLATE "C" NOT NULL,
    version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT pk_machinery__tags PRIMARY KEY (id)
);
CREATE TABLE machinery__folders (
    id uuid NOT NULL,
    owner_id uuid,
    name varchar(40) COLLATE "C" NOT NULL,
    secret varchar(40) COLLATE "C",
    data json,
    tag_id uuid,
    parent_id uuid,
    deleted_at timestamptz(3),
    version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT pk_machinery__folders PRIMARY KEY (id),
    CONSTRAINT fk_machinery__folders_tag_id FOREIGN KEY (tag_id) REFERENCES machinery__tags (id) ON DELETE RESTRICT,
    CONSTRAINT fk_machinery__folders_parent_id FOREIGN KEY (parent_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX uq_machinery__folders_name ON machinery__folders (name) WHERE deleted_at IS NULL;
CREATE INDEX ix_machinery__folders_tag_id ON machinery__folders (tag_id);
CREATE INDEX ix_machinery__folders_parent_id ON machinery__folders (parent_id);
CREATE TABLE machinery__notes (
    id uuid NOT NULL,
    text varchar(40) COLLATE "C" NOT NULL,
    stars integer,
    price numeric(12,2),
    done boolean NOT NULL,
    day date,
    folder_id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT pk_machinery__notes PRIMARY KEY (id),
    CONSTRAINT fk_machinery__notes_folder_id FOREIGN KEY (folder_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
);
CREATE INDEX ix_machinery__notes_folder_id ON machinery__notes (folder_id);
CREATE TABLE machinery__pins (
    id uuid NOT NULL,
    folder_id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT pk_machinery__pins PRIMARY KEY (id),
    CONSTRAINT fk_machinery__pins_folder_id FOREIGN KEY (folder_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
);
CREATE INDEX ix_machinery__pins_folder_id ON machinery__pins (folder_id);
CREATE TABLE machinery__cards (
    id uuid NOT NULL,
    number integer,
    folder_id uuid,
    version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT pk_machinery__cards PRIMARY KEY (id),
    CONSTRAINT uq_machinery__cards_number UNIQUE (number),
    CONSTRAINT uq_machinery__cards_folder_id UNIQUE (folder_id),
    CONSTRAINT fk_machinery__cards_folder_id FOREIGN KEY (folder_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
);
CREATE TABLE machinery__slips (
    id uuid NOT NULL,
    tag_id uuid NOT NULL,
    deleted_at timestamptz(3),
    version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT pk_machinery__slips PRIMARY KEY (id),
    CONSTRAINT fk_machinery__slips_tag_id FOREIGN KEY (tag_id) REFERENCES machinery__tags (id) ON DELETE RESTRICT
);
CREATE INDEX ix_machinery__slips_tag_id ON machinery__slips (tag_id);
CREATE TABLE machinery__samples (
    id uuid NOT NULL,
    text varchar(50) COLLATE "C",
    number numeric(18,4),
    total bigint,
    ratio double precision,
    flag boolean,
    day date,
    moment timestamptz(3),
    data json,
    CONSTRAINT pk_machinery__samples PRIMARY KEY (id)
);
CREATE TABLE machinery__note_tags (
    note_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    CONSTRAINT pk_machinery__note_tags PRIMARY KEY (note_id, tag_id),
    CONSTRAINT fk_machinery__note_tags_note_id FOREIGN KEY (note_id) REFERENCES machinery__notes (id) ON DELETE CASCADE,
    CONSTRAINT fk_machinery__note_tags_tag_id FOREIGN KEY (tag_id) REFERENCES machinery__tags (id) ON DELETE CASCADE
);
CREATE INDEX ix_machinery__note_tags_tag_id ON machinery__note_tags (tag_id);
