CREATE TABLE suppliers (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name varchar(100) NOT NULL,
    email varchar(254) NOT NULL,
    website varchar(2048),
    phone varchar(20),
    owner_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    CONSTRAINT pk_suppliers PRIMARY KEY (id),
    CONSTRAINT fk_suppliers_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_suppliers_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    CONSTRAINT ck_suppliers_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    CONSTRAINT ck_suppliers_website_length CHECK (char_length(website) BETWEEN 8 AND 2048),
    CONSTRAINT ck_suppliers_phone_length CHECK (char_length(phone) <= 20)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_suppliers_owner_id ON suppliers (owner_id);
CREATE INDEX ix_suppliers_created_at ON suppliers (created_at);
CREATE TABLE products (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name varchar(100) NOT NULL,
    price decimal(12,2) NOT NULL,
    category varchar(40) NOT NULL,
    description mediumtext,
    in_stock boolean NOT NULL,
    supplier_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    owner_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    deleted_at datetime(3),
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    CONSTRAINT pk_products PRIMARY KEY (id),
    CONSTRAINT fk_products_supplier_id FOREIGN KEY (supplier_id) REFERENCES suppliers (id) ON DELETE RESTRICT,
    CONSTRAINT fk_products_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_products_name_length CHECK (char_length(name) BETWEEN 2 AND 100),
    CONSTRAINT ck_products_price_range CHECK (price > 0),
    CONSTRAINT ck_products_category_values CHECK (category IN ('book', 'toy', 'game')),
    CONSTRAINT ck_products_description_length CHECK (char_length(description) <= 500),
    CONSTRAINT ck_products_in_stock_boolean CHECK (in_stock IN (0, 1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_products_supplier_id ON products (supplier_id);
CREATE INDEX ix_products_owner_id ON products (owner_id);
CREATE INDEX ix_products_created_at ON products (created_at);
CREATE TABLE tags (
    id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name varchar(30) NOT NULL,
    owner_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
    version int NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    CONSTRAINT pk_tags PRIMARY KEY (id),
    CONSTRAINT uq_tags_name UNIQUE (name),
    CONSTRAINT fk_tags_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_tags_name_length CHECK (char_length(name) BETWEEN 2 AND 30)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_tags_owner_id ON tags (owner_id);
CREATE INDEX ix_tags_created_at ON tags (created_at);
CREATE TABLE product_tags (
    product_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    tag_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    CONSTRAINT pk_product_tags PRIMARY KEY (product_id, tag_id),
    CONSTRAINT fk_product_tags_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
    CONSTRAINT fk_product_tags_tag_id FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
CREATE INDEX ix_product_tags_tag_id ON product_tags (tag_id);
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

-- down
DROP TABLE audit_entries;
DROP TABLE product_tags;
DROP TABLE tags;
DROP TABLE products;
DROP TABLE suppliers;
