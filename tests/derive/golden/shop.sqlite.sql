CREATE TABLE suppliers (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    website TEXT,
    phone TEXT,
    owner_id TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_suppliers PRIMARY KEY (id),
    CONSTRAINT fk_suppliers_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_suppliers_name_length CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT ck_suppliers_email_length CHECK (length(email) BETWEEN 3 AND 254),
    CONSTRAINT ck_suppliers_website_length CHECK (length(website) BETWEEN 8 AND 2048),
    CONSTRAINT ck_suppliers_phone_length CHECK (length(phone) <= 20)
) STRICT;
CREATE INDEX ix_suppliers_owner_id ON suppliers (owner_id);
CREATE INDEX ix_suppliers_created_at ON suppliers (created_at);
CREATE TABLE products (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    price INTEGER NOT NULL,
    category TEXT NOT NULL,
    description TEXT,
    in_stock INTEGER NOT NULL,
    supplier_id TEXT,
    owner_id TEXT,
    deleted_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_products PRIMARY KEY (id),
    CONSTRAINT fk_products_supplier_id FOREIGN KEY (supplier_id) REFERENCES suppliers (id) ON DELETE RESTRICT,
    CONSTRAINT fk_products_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_products_name_length CHECK (length(name) BETWEEN 2 AND 100),
    CONSTRAINT ck_products_price_range CHECK (price > 0 AND price <= 999999999999),
    CONSTRAINT ck_products_category_values CHECK (category IN ('book', 'toy', 'game')),
    CONSTRAINT ck_products_description_length CHECK (length(description) <= 500),
    CONSTRAINT ck_products_in_stock_boolean CHECK (in_stock IN (0, 1))
) STRICT;
CREATE INDEX ix_products_supplier_id ON products (supplier_id);
CREATE INDEX ix_products_owner_id ON products (owner_id);
CREATE INDEX ix_products_created_at ON products (created_at);
CREATE TABLE tags (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_tags PRIMARY KEY (id),
    CONSTRAINT uq_tags_name UNIQUE (name),
    CONSTRAINT fk_tags_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_tags_name_length CHECK (length(name) BETWEEN 2 AND 30)
) STRICT;
CREATE INDEX ix_tags_owner_id ON tags (owner_id);
CREATE INDEX ix_tags_created_at ON tags (created_at);
CREATE TABLE product_tags (
    product_id TEXT NOT NULL,
    tag_id TEXT NOT NULL,
    CONSTRAINT pk_product_tags PRIMARY KEY (product_id, tag_id),
    CONSTRAINT fk_product_tags_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
    CONSTRAINT fk_product_tags_tag_id FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_product_tags_tag_id ON product_tags (tag_id);
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
DROP TABLE product_tags;
DROP TABLE tags;
DROP TABLE products;
DROP TABLE suppliers;
