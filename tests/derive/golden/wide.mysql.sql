CREATE TABLE orders (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    class varchar(255) NOT NULL,
    type mediumtext NOT NULL,
    `from` int NOT NULL,
    `select` bigint NOT NULL,
    `group` double NOT NULL,
    user decimal(18,18) NOT NULL,
    `when` date NOT NULL,
    end datetime(3) NOT NULL,
    `table` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `key` varchar(254) NOT NULL,
    `values` varchar(2048),
    `check` varchar(40) NOT NULL,
    `index` json,
    secret varchar(50) NOT NULL,
    total decimal(12,2),
    `all` json NOT NULL,
    numbers json,
    scale decimal(5,0) NOT NULL,
    live boolean NOT NULL,
    a_very_long_name_that_has_exactly_forty_letters_x varchar(10) NOT NULL,
    parent_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    where_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    buyer_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    owner_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    deleted_at datetime(3),
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    live_ tinyint GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT uq_orders_key UNIQUE (`key`, live_),
    CONSTRAINT uq_orders_a_very_long_name_that_has_exactly_forty_letters_x UNIQUE (a_very_long_name_that_has_exactly_forty_letters_x, live_),
    CONSTRAINT uq_orders_class_buyer_id UNIQUE (class, buyer_id, live_),
    CONSTRAINT uq_orders_from_a_very_long_name_that_has_exactly_forty_1d6d920d UNIQUE (`from`, a_very_long_name_that_has_exactly_forty_letters_x, live_),
    CONSTRAINT fk_orders_parent_id FOREIGN KEY (parent_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT fk_orders_buyer_id FOREIGN KEY (buyer_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT fk_orders_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_orders_class_length CHECK (char_length(class) <= 255),
    CONSTRAINT ck_orders_type_length CHECK (char_length(type) BETWEEN 1 AND 10000),
    CONSTRAINT ck_orders_from_range CHECK (`from` >= -5 AND `from` < 10),
    CONSTRAINT ck_orders_select_range CHECK (`select` >= -9007199254740991 AND `select` <= 9007199254740991),
    CONSTRAINT ck_orders_group_range CHECK (`group` >= 0.5),
    CONSTRAINT ck_orders_user_range CHECK (user >= 0 AND user < 0.5),
    CONSTRAINT ck_orders_when_range CHECK (`when` >= DATE '2000-01-01' AND `when` <= DATE '2099-12-31'),
    CONSTRAINT ck_orders_end_range CHECK (end >= TIMESTAMP '2000-01-01 00:00:00.000'),
    CONSTRAINT ck_orders_key_length CHECK (char_length(`key`) BETWEEN 3 AND 254),
    CONSTRAINT ck_orders_values_length CHECK (char_length(`values`) BETWEEN 8 AND 2048),
    CONSTRAINT ck_orders_check_values CHECK (`check` IN ('all', 'Any', 'distinct-on')),
    CONSTRAINT ck_orders_index_object CHECK (json_type(`index`) = 'OBJECT'),
    CONSTRAINT ck_orders_secret_length CHECK (char_length(secret) BETWEEN 1 AND 50),
    CONSTRAINT ck_orders_total_range CHECK (total <= 1000),
    CONSTRAINT ck_orders_all_array CHECK (json_type(`all`) = 'ARRAY' AND json_length(`all`) <= 5),
    CONSTRAINT ck_orders_numbers_array CHECK (json_type(numbers) = 'ARRAY' AND json_length(numbers) <= 100),
    CONSTRAINT ck_orders_live_boolean CHECK (live IN (0, 1)),
    CONSTRAINT ck_orders_a_very_long_name_that_has_exactly_forty_lett_e35f9a25 CHECK (char_length(a_very_long_name_that_has_exactly_forty_letters_x) BETWEEN 1 AND 10)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_orders_class ON orders (class);
CREATE INDEX ix_orders_parent_id ON orders (parent_id);
CREATE INDEX ix_orders_where_id ON orders (where_id);
CREATE INDEX ix_orders_buyer_id ON orders (buyer_id);
CREATE INDEX ix_orders_owner_id ON orders (owner_id);
CREATE INDEX ix_orders_created_at ON orders (created_at);
CREATE TABLE profiles (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `desc` varchar(20) NOT NULL,
    order_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    owner_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    CONSTRAINT pk_profiles PRIMARY KEY (id),
    CONSTRAINT uq_profiles_order_id UNIQUE (order_id),
    CONSTRAINT fk_profiles_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT fk_profiles_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_profiles_desc_length CHECK (char_length(`desc`) BETWEEN 1 AND 20)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_profiles_owner_id ON profiles (owner_id);
CREATE INDEX ix_profiles_created_at ON profiles (created_at);
CREATE TABLE a_very_long_entity_name_of_exactly_forty_letterses (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name varchar(1000) NOT NULL,
    limit_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    owner_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    CONSTRAINT pk_a_very_long_entity_name_of_exactly_forty_letterses PRIMARY KEY (id),
    CONSTRAINT fk_a_very_long_entity_name_of_exactly_forty_letterses_limit_id FOREIGN KEY (limit_id) REFERENCES orders (id) ON DELETE SET NULL,
    CONSTRAINT fk_a_very_long_entity_name_of_exactly_forty_letterses_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_a_very_long_entity_name_of_exactly_forty_letterses_96d51d44 CHECK (char_length(name) BETWEEN 1 AND 1000)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_a_very_long_entity_name_of_exactly_forty_letterses_limit_id ON a_very_long_entity_name_of_exactly_forty_letterses (limit_id);
CREATE INDEX ix_a_very_long_entity_name_of_exactly_forty_letterses_owner_id ON a_very_long_entity_name_of_exactly_forty_letterses (owner_id);
CREATE INDEX ix_a_very_long_entity_name_of_exactly_forty_letterses_d6993274 ON a_very_long_entity_name_of_exactly_forty_letterses (created_at);
CREATE TABLE order_related (
    order_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    related_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    CONSTRAINT pk_order_related PRIMARY KEY (order_id, related_id),
    CONSTRAINT fk_order_related_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT fk_order_related_related_id FOREIGN KEY (related_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_order_related_related_id ON order_related (related_id);
CREATE TABLE order_a_relation_name_of_exactly_forty_letters_at_last (
    order_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    a_relation_name_of_exactly_forty_letters_at_last_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    CONSTRAINT pk_order_a_relation_name_of_exactly_forty_letters_at_last PRIMARY KEY (order_id, a_relation_name_of_exactly_forty_letters_at_last_id),
    CONSTRAINT fk_order_a_relation_name_of_exactly_forty_letters_at_l_ed4c7245 FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT fk_order_a_relation_name_of_exactly_forty_letters_at_l_cde8be31 FOREIGN KEY (a_relation_name_of_exactly_forty_letters_at_last_id) REFERENCES a_very_long_entity_name_of_exactly_forty_letterses (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_order_a_relation_name_of_exactly_forty_letters_at_l_110eca74 ON order_a_relation_name_of_exactly_forty_letters_at_last (a_relation_name_of_exactly_forty_letters_at_last_id);
CREATE TABLE audit_entries (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    entity varchar(40) NOT NULL,
    row_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    action varchar(10) NOT NULL,
    actor_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    at datetime(3) NOT NULL,
    `before` json,
    after json,
    CONSTRAINT pk_audit_entries PRIMARY KEY (id),
    CONSTRAINT ck_audit_entries_action_values CHECK (action IN ('create', 'update', 'delete', 'restore')),
    CONSTRAINT ck_audit_entries_before_object CHECK (json_type(`before`) = 'OBJECT'),
    CONSTRAINT ck_audit_entries_after_object CHECK (json_type(after) = 'OBJECT')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_audit_entries_entity_row_id_id ON audit_entries (entity, row_id, id);
ALTER TABLE orders ADD CONSTRAINT fk_orders_where_id FOREIGN KEY (where_id) REFERENCES a_very_long_entity_name_of_exactly_forty_letterses (id) ON DELETE SET NULL;

-- down
ALTER TABLE orders DROP CONSTRAINT fk_orders_where_id;
DROP TABLE audit_entries;
DROP TABLE order_a_relation_name_of_exactly_forty_letters_at_last;
DROP TABLE order_related;
DROP TABLE a_very_long_entity_name_of_exactly_forty_letterses;
DROP TABLE profiles;
DROP TABLE orders;
