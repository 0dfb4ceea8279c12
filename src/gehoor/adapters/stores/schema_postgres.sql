CREATE TABLE fact (
    conversation TEXT COLLATE "C" NOT NULL,
    seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (conversation, seq)
);

CREATE INDEX fact_at ON fact USING brin (at) WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE words (
    conversation TEXT COLLATE "C" NOT NULL,
    seq INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    masked BYTEA,
    PRIMARY KEY (conversation, seq)
);

CREATE TABLE conversation (
    id TEXT COLLATE "C" NOT NULL,
    token_hash BYTEA NOT NULL,
    head BYTEA NOT NULL,
    length INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    channel TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    phase TEXT COLLATE "C" NOT NULL,
    ai_busy BOOLEAN NOT NULL,
    requested BOOLEAN NOT NULL,
    danger SMALLINT NOT NULL,
    returned BOOLEAN NOT NULL,
    reached TEXT COLLATE "C" NOT NULL,
    tries INTEGER NOT NULL,
    agent TEXT COLLATE "C",
    offered_to TEXT COLLATE "C",
    offer_expires_at BIGINT,
    wanted TEXT COLLATE "C",
    declined TEXT COLLATE "C" NOT NULL,
    queued_since BIGINT,
    first_requested_at BIGINT,
    due_at BIGINT,
    reference TEXT COLLATE "C" NOT NULL,
    promise_kind TEXT COLLATE "C",
    window_start BIGINT,
    owner TEXT COLLATE "C" DEFAULT '' NOT NULL,
    skill TEXT COLLATE "C" DEFAULT '' NOT NULL,
    link INTEGER DEFAULT 0 NOT NULL,
    acknowledged BOOLEAN DEFAULT false NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX conversation_open ON conversation (phase) WHERE phase = 'waiting' OR phase = 'offered' OR phase = 'human' OR phase = 'parked';

CREATE TABLE given (
    conversation TEXT COLLATE "C" NOT NULL,
    seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    article TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (conversation, seq, article, version)
);

CREATE INDEX given_article ON given (article, version, conversation, seq);

CREATE INDEX given_at ON given (at);

CREATE TABLE job (
    key TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    conversation TEXT COLLATE "C" NOT NULL,
    argument TEXT COLLATE "C" NOT NULL,
    run_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (key)
);

CREATE INDEX job_run_at ON job (run_at);

CREATE TABLE ledger (
    number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (number)
);

CREATE TABLE staff (
    id TEXT COLLATE "C" NOT NULL,
    login TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX staff_login ON staff (login);

CREATE TABLE session (
    token_hash BYTEA NOT NULL,
    staff TEXT COLLATE "C" NOT NULL,
    form_token TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash)
);

CREATE TABLE lease (
    name TEXT COLLATE "C" NOT NULL,
    holder TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE attended (
    staff TEXT COLLATE "C" NOT NULL,
    process TEXT COLLATE "C" NOT NULL,
    streams INTEGER NOT NULL,
    available BOOLEAN NOT NULL,
    said_at BIGINT NOT NULL,
    free_since BIGINT NOT NULL,
    acted_at BIGINT NOT NULL,
    alive_at BIGINT NOT NULL,
    PRIMARY KEY (staff, process)
);

CREATE TABLE person (
    id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE person_identifier (
    person TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    blind_index BYTEA NOT NULL,
    verified TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, kind)
);

CREATE INDEX person_identifier_blind_index ON person_identifier (kind, blind_index);

CREATE TABLE conversation_person (
    conversation TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (conversation)
);

CREATE INDEX conversation_person_person ON conversation_person (person);

CREATE TABLE return_code (
    conversation TEXT COLLATE "C" NOT NULL,
    code_index BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (conversation)
);

CREATE UNIQUE INDEX return_code_code_index ON return_code (code_index);

CREATE TABLE access (
    token_hash BYTEA NOT NULL,
    conversation TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    since INTEGER NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash)
);

CREATE INDEX access_conversation ON access (conversation);

CREATE TABLE matter (
    id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE conversation_matter (
    conversation TEXT COLLATE "C" NOT NULL,
    matter TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (conversation)
);

CREATE INDEX conversation_matter_matter ON conversation_matter (matter);

CREATE TABLE oldest_code (
    revision TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (revision)
);

ALTER TABLE conversation SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

ALTER TABLE job SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;

CREATE TRIGGER fact_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fact FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

INSERT INTO alembic_version (version_num) VALUES ('0005');

INSERT INTO oldest_code (revision) VALUES ('0002');

