CREATE TABLE suppliers (
    id uuid NOT NULL,
    name varchar(100) COLLATE "C" NOT NULL,
    email varchar(254) COLLATE "C" NOT NULL,
    website varchar(2048) COLLATE "C",
    phone varchar(20) COLLATE "C",
    owner_id uuid,
    version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT pk_suppliers PRIMARY KEY (id),
    CONSTRAINT fk_suppliers_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_suppliers_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    CONSTRAINT ck_suppliers_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    CONSTRAINT ck_suppliers_website_length CHECK (char_length(website) BETWEEN 8 AND 2048),
    CONSTRAINT ck_suppliers_phone_length CHECK (char_length(phone) <= 20)
);
CREATE INDEX ix_suppliers_owner_id ON suppliers (owner_id);
CREATE INDEX ix_suppliers_created_at ON suppliers (created_at);
CREATE TABLE products (
    id uuid NOT NULL,
    name varchar(100) COLLATE "C" NOT NULL,
    price numeric(12,2) NOT NULL,
    category varchar(40) COLLATE "C" NOT NULL,
    description text COLLATE "C",
    in_stock boolean NOT NULL,
    supplier_id uuid,
    owner_id uuid,
    deleted_at timestamptz(3),
    version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT pk_products PRIMARY KEY (id),
    CONSTRAINT fk_products_supplier_id FOREIGN KEY (supplier_id) REFERENCES suppliers (id) ON DELETE RESTRICT,
    CONSTRAINT fk_products_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_products_name_length CHECK (char_length(name) BETWEEN 2 AND 100),
    CONSTRAINT ck_products_price_range CHECK (price > 0),
    CONSTRAINT ck_products_category_values CHECK (category IN ('book', 'toy', 'game')),
    CONSTRAINT ck_products_description_length CHECK (char_length(description) <= 500)
);
CREATE INDEX ix_products_supplier_id ON products (supplier_id);
CREATE INDEX ix_products_owner_id ON products (owner_id);
CREATE INDEX ix_products_created_at ON products (created_at);
CREATE TABLE tags (
    id uuid NOT NULL,
    name varchar(30) COLLATE "C" NOT NULL,
    owner_id uuid,
    version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT pk_tags PRIMARY KEY (id),
    CONSTRAINT uq_tags_name UNIQUE (name),
    CONSTRAINT fk_tags_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_tags_name_length CHECK (char_length(name) BETWEEN 2 AND 30)
);
CREATE INDEX ix_tags_owner_id ON tags (owner_id);
CREATE INDEX ix_tags_created_at ON tags (created_at);
CREATE TABLE product_tags (
    product_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    CONSTRAINT pk_product_tags PRIMARY KEY (product_id, tag_id),
    CONSTRAINT fk_product_tags_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
    CONSTRAINT fk_product_tags_tag_id FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE
);
CREATE INDEX ix_product_tags_tag_id ON product_tags (tag_id);
CREATE TABLE audit_entries (
    id uuid NOT NULL,
    entity varchar(40) COLLATE "C" NOT NULL,
    row_id uuid NOT NULL,
    action varchar(10) COLLATE "C" NOT NULL,
    actor_id uuid,
    at timestamptz(3) NOT NULL,
    before json,
    after json,
    CONSTRAINT pk_audit_entries PRIMARY KEY (id),
    CONSTRAINT ck_audit_entries_action_values CHECK (action IN ('create', 'update', 'delete', 'restore')),
    CONSTRAINT ck_audit_entries_before_object CHECK (json_typeof(before) = 'object'),
    CONSTRAINT ck_audit_entries_after_object CHECK (json_typeof(after) = 'object')
);
CREATE INDEX ix_audit_entries_entity_row_id_id ON audit_entries (entity, row_id, id);

-- down
DROP TABLE audit_entries;
DROP TABLE product_tags;
DROP TABLE tags;
DROP TABLE products;
DROP TABLE suppliers;
