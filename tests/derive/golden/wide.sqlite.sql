CREATE TABLE orders (
    id TEXT NOT NULL,
    class TEXT NOT NULL,
    type TEXT NOT NULL,
    "from" INTEGER NOT NULL,
    "select" INTEGER NOT NULL,
    "group" REAL NOT NULL,
    user INTEGER NOT NULL,
    "when" TEXT NOT NULL,
    "end" TEXT NOT NULL,
    "table" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "values" TEXT,
    "check" TEXT NOT NULL,
    "index" TEXT,
    secret TEXT NOT NULL,
    total INTEGER,
    "all" TEXT NOT NULL,
    numbers TEXT,
    scale INTEGER NOT NULL,
    live INTEGER NOT NULL,
    a_very_long_name_that_has_exactly_forty_letters_x TEXT NOT NULL,
    parent_id TEXT,
    where_id TEXT,
    buyer_id TEXT NOT NULL,
    owner_id TEXT,
    deleted_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT fk_orders_parent_id FOREIGN KEY (parent_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT fk_orders_where_id FOREIGN KEY (where_id) REFERENCES a_very_long_entity_name_of_exactly_forty_letterses (id) ON DELETE SET NULL,
    CONSTRAINT fk_orders_buyer_id FOREIGN KEY (buyer_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT fk_orders_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_orders_class_length CHECK (length(class) <= 255),
    CONSTRAINT ck_orders_type_length CHECK (length(type) BETWEEN 1 AND 10000),
    CONSTRAINT ck_orders_from_range CHECK ("from" >= -5 AND "from" < 10),
    CONSTRAINT ck_orders_select_range CHECK ("select" >= -9007199254740991 AND "select" <= 9007199254740991),
    CONSTRAINT ck_orders_group_range CHECK ("group" >= 0.5),
    CONSTRAINT ck_orders_user_range CHECK (user >= 0 AND user < 500000000000000000),
    CONSTRAINT ck_orders_when_range CHECK ("when" >= '2000-01-01' AND "when" <= '2099-12-31'),
    CONSTRAINT ck_orders_end_range CHECK (julianday("end") >= julianday('2000-01-01 00:00:00.000')),
    CONSTRAINT ck_orders_key_length CHECK (length("key") BETWEEN 3 AND 254),
    CONSTRAINT ck_orders_values_length CHECK (length("values") BETWEEN 8 AND 2048),
    CONSTRAINT ck_orders_check_values CHECK ("check" IN ('all', 'Any', 'distinct-on')),
    CONSTRAINT ck_orders_index_object CHECK (json_type("index") = 'object'),
    CONSTRAINT ck_orders_secret_length CHECK (length(secret) BETWEEN 1 AND 50),
    CONSTRAINT ck_orders_total_range CHECK (total >= -999999999999 AND total <= 100000),
    CONSTRAINT ck_orders_all_array CHECK (json_type("all") = 'array' AND json_array_length("all") <= 5),
    CONSTRAINT ck_orders_numbers_array CHECK (json_type(numbers) = 'array' AND json_array_length(numbers) <= 100),
    CONSTRAINT ck_orders_scale_range CHECK (scale >= -99999 AND scale <= 99999),
    CONSTRAINT ck_orders_live_boolean CHECK (live IN (0, 1)),
    CONSTRAINT ck_orders_a_very_long_name_that_has_exactly_forty_lett_e35f9a25 CHECK (length(a_very_long_name_that_has_exactly_forty_letters_x) BETWEEN 1 AND 10)
) STRICT;
CREATE UNIQUE INDEX uq_orders_key ON orders ("key") WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX uq_orders_a_very_long_name_that_has_exactly_forty_letters_x ON orders (a_very_long_name_that_has_exactly_forty_letters_x) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX uq_orders_class_buyer_id ON orders (class, buyer_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX uq_orders_from_a_very_long_name_that_has_exactly_forty_1d6d920d ON orders ("from", a_very_long_name_that_has_exactly_forty_letters_x) WHERE deleted_at IS NULL;
CREATE INDEX ix_orders_class ON orders (class);
CREATE INDEX ix_orders_parent_id ON orders (parent_id);
CREATE INDEX ix_orders_where_id ON orders (where_id);
CREATE INDEX ix_orders_buyer_id ON orders (buyer_id);
CREATE INDEX ix_orders_owner_id ON orders (owner_id);
CREATE INDEX ix_orders_created_at ON orders (created_at);
CREATE TABLE profiles (
    id TEXT NOT NULL,
    "desc" TEXT NOT NULL,
    order_id TEXT NOT NULL,
    owner_id TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_profiles PRIMARY KEY (id),
    CONSTRAINT uq_profiles_order_id UNIQUE (order_id),
    CONSTRAINT fk_profiles_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT fk_profiles_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_profiles_desc_length CHECK (length("desc") BETWEEN 1 AND 20)
) STRICT;
CREATE INDEX ix_profiles_owner_id ON profiles (owner_id);
CREATE INDEX ix_profiles_created_at ON profiles (created_at);
CREATE TABLE a_very_long_entity_name_of_exactly_forty_letterses (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    limit_id TEXT,
    owner_id TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_a_very_long_entity_name_of_exactly_forty_letterses PRIMARY KEY (id),
    CONSTRAINT fk_a_very_long_entity_name_of_exactly_forty_letterses_limit_id FOREIGN KEY (limit_id) REFERENCES orders (id) ON DELETE SET NULL,
    CONSTRAINT fk_a_very_long_entity_name_of_exactly_forty_letterses_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_a_very_long_entity_name_of_exactly_forty_letterses_96d51d44 CHECK (length(name) BETWEEN 1 AND 1000)
) STRICT;
CREATE INDEX ix_a_very_long_entity_name_of_exactly_forty_letterses_limit_id ON a_very_long_entity_name_of_exactly_forty_letterses (limit_id);
CREATE INDEX ix_a_very_long_entity_name_of_exactly_forty_letterses_owner_id ON a_very_long_entity_name_of_exactly_forty_letterses (owner_id);
CREATE INDEX ix_a_very_long_entity_name_of_exactly_forty_letterses_d6993274 ON a_very_long_entity_name_of_exactly_forty_letterses (created_at);
CREATE TABLE order_related (
    order_id TEXT NOT NULL,
    related_id TEXT NOT NULL,
    CONSTRAINT pk_order_related PRIMARY KEY (order_id, related_id),
    CONSTRAINT fk_order_related_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT fk_order_related_related_id FOREIGN KEY (related_id) REFERENCES orders (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_order_related_related_id ON order_related (related_id);
CREATE TABLE order_a_relation_name_of_exactly_forty_letters_at_last (
    order_id TEXT NOT NULL,
    a_relation_name_of_exactly_forty_letters_at_last_id TEXT NOT NULL,
    CONSTRAINT pk_order_a_relation_name_of_exactly_forty_letters_at_last PRIMARY KEY (order_id, a_relation_name_of_exactly_forty_letters_at_last_id),
    CONSTRAINT fk_order_a_relation_name_of_exactly_forty_letters_at_l_ed4c7245 FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT fk_order_a_relation_name_of_exactly_forty_letters_at_l_cde8be31 FOREIGN KEY (a_relation_name_of_exactly_forty_letters_at_last_id) REFERENCES a_very_long_entity_name_of_exactly_forty_letterses (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_order_a_relation_name_of_exactly_forty_letters_at_l_110eca74 ON order_a_relation_name_of_exactly_forty_letters_at_last (a_relation_name_of_exactly_forty_letters_at_last_id);
CREATE TABLE audit_entries (
    id TEXT NOT NULL,
    entity TEXT NOT NULL,
    row_id TEXT NOT NULL,
    "action" TEXT NOT NULL,
    actor_id TEXT,
    at TEXT NOT NULL,
    "before" TEXT,
    "after" TEXT,
    CONSTRAINT pk_audit_entries PRIMARY KEY (id),
    CONSTRAINT ck_audit_entries_action_values CHECK ("action" IN ('create', 'update', 'delete', 'restore')),
    CONSTRAINT ck_audit_entries_before_object CHECK (json_type("before") = 'object'),
    CONSTRAINT ck_audit_entries_after_object CHECK (json_type("after") = 'object')
) STRICT;
CREATE INDEX ix_audit_entries_entity_row_id_id ON audit_entries (entity, row_id, id);

-- down
DROP TABLE audit_entries;
DROP TABLE order_a_relation_name_of_exactly_forty_letters_at_last;
DROP TABLE order_related;
DROP TABLE a_very_long_entity_name_of_exactly_forty_letterses;
DROP TABLE profiles;
DROP TABLE orders;
