CREATE TABLE idempotency_keys (
    id TEXT NOT NULL,
    "key" TEXT NOT NULL,
    caller TEXT NOT NULL,
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (id),
    CONSTRAINT uq_idempotency_keys_caller_path_key UNIQUE (caller, path, "key")
) STRICT;
CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at);
CREATE TABLE jobs (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    queue TEXT NOT NULL,
    arguments TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    run_at TEXT NOT NULL,
    sent_at TEXT,
    error TEXT,
    created_at TEXT NOT NULL,
    CONSTRAINT pk_jobs PRIMARY KEY (id),
    CONSTRAINT ck_jobs_queue_values CHECK (queue IN ('high', 'default', 'low')),
    CONSTRAINT ck_jobs_status_values CHECK (status IN ('pending', 'failed'))
) STRICT;
CREATE INDEX ix_jobs_status_run_at ON jobs (status, run_at);
CREATE TABLE schedules (
    name TEXT NOT NULL,
    fired_at TEXT NOT NULL,
    CONSTRAINT pk_schedules PRIMARY KEY (name)
) STRICT;
CREATE TABLE users (
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    active INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_email UNIQUE (email)
) STRICT;
CREATE INDEX ix_users_created_at ON users (created_at);
CREATE TABLE sessions (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT,
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT fk_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE TABLE refresh_tokens (
    id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    CONSTRAINT pk_refresh_tokens PRIMARY KEY (id),
    CONSTRAINT uq_refresh_tokens_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_refresh_tokens_session_id FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_refresh_tokens_session_id ON refresh_tokens (session_id);
CREATE TABLE password_resets (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    CONSTRAINT pk_password_resets PRIMARY KEY (id),
    CONSTRAINT uq_password_resets_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_password_resets_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_password_resets_user_id ON password_resets (user_id);
CREATE TABLE login_failures (
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    at TEXT NOT NULL,
    CONSTRAINT pk_login_failures PRIMARY KEY (id)
) STRICT;
CREATE INDEX ix_login_failures_email_at ON login_failures (email, at);
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
    CONSTRAINT uq_suppliers_name UNIQUE (name),
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
