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
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name varchar(40) NOT NULL,
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    CONSTRAINT pk_machinery__tags PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE TABLE machinery__folders (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    owner_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    name varchar(40) NOT NULL,
    secret varchar(40),
    data json,
    tag_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    parent_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    deleted_at datetime(3),
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    live tinyint GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL,
    CONSTRAINT pk_machinery__folders PRIMARY KEY (id),
    CONSTRAINT uq_machinery__folders_name UNIQUE (name, live),
    CONSTRAINT fk_machinery__folders_tag_id FOREIGN KEY (tag_id) REFERENCES machinery__tags (id) ON DELETE RESTRICT,
    CONSTRAINT fk_machinery__folders_parent_id FOREIGN KEY (parent_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_machinery__folders_tag_id ON machinery__folders (tag_id);
CREATE INDEX ix_machinery__folders_parent_id ON machinery__folders (parent_id);
CREATE TABLE machinery__notes (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    text varchar(40) NOT NULL,
    stars int,
    price decimal(12,2),
    done boolean NOT NULL,
    day date,
    folder_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    CONSTRAINT pk_machinery__notes PRIMARY KEY (id),
    CONSTRAINT fk_machinery__notes_folder_id FOREIGN KEY (folder_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_machinery__notes_folder_id ON machinery__notes (folder_id);
CREATE TABLE machinery__pins (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    folder_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    CONSTRAINT pk_machinery__pins PRIMARY KEY (id),
    CONSTRAINT fk_machinery__pins_folder_id FOREIGN KEY (folder_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_machinery__pins_folder_id ON machinery__pins (folder_id);
CREATE TABLE machinery__cards (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number int,
    folder_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    CONSTRAINT pk_machinery__cards PRIMARY KEY (id),
    CONSTRAINT uq_machinery__cards_number UNIQUE (number),
    CONSTRAINT uq_machinery__cards_folder_id UNIQUE (folder_id),
    CONSTRAINT fk_machinery__cards_folder_id FOREIGN KEY (folder_id) REFERENCES machinery__folders (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE TABLE machinery__slips (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    tag_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    deleted_at datetime(3),
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    CONSTRAINT pk_machinery__slips PRIMARY KEY (id),
    CONSTRAINT fk_machinery__slips_tag_id FOREIGN KEY (tag_id) REFERENCES machinery__tags (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_machinery__slips_tag_id ON machinery__slips (tag_id);
CREATE TABLE machinery__samples (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    text varchar(50),
    number decimal(18,4),
    total bigint,
    ratio double,
    flag boolean,
    day date,
    moment datetime(3),
    data json,
    CONSTRAINT pk_machinery__samples PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE TABLE machinery__note_tags (
    note_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    tag_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    CONSTRAINT pk_machinery__note_tags PRIMARY KEY (note_id, tag_id),
    CONSTRAINT fk_machinery__note_tags_note_id FOREIGN KEY (note_id) REFERENCES machinery__notes (id) ON DELETE CASCADE,
    CONSTRAINT fk_machinery__note_tags_tag_id FOREIGN KEY (tag_id) REFERENCES machinery__tags (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_machinery__note_tags_tag_id ON machinery__note_tags (tag_id);
