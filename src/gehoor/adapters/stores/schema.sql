CREATE TABLE fact (
    conversation TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    type TEXT NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (conversation, seq)
)
 WITHOUT ROWID;

CREATE TABLE words (
    conversation TEXT NOT NULL,
    seq INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    masked BLOB,
    PRIMARY KEY (conversation, seq)
)
 WITHOUT ROWID;

CREATE TABLE conversation (
    id TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    head BLOB NOT NULL,
    length INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    phase TEXT NOT NULL,
    ai_busy BOOLEAN NOT NULL,
    requested BOOLEAN NOT NULL,
    danger SMALLINT NOT NULL,
    returned BOOLEAN NOT NULL,
    reached TEXT NOT NULL,
    tries INTEGER NOT NULL,
    agent TEXT,
    offered_to TEXT,
    offer_expires_at BIGINT,
    wanted TEXT,
    declined TEXT NOT NULL,
    queued_since BIGINT,
    first_requested_at BIGINT,
    due_at BIGINT,
    reference TEXT NOT NULL,
    promise_kind TEXT,
    window_start BIGINT,
    owner TEXT DEFAULT '' NOT NULL,
    skill TEXT DEFAULT '' NOT NULL,
    link INTEGER DEFAULT 0 NOT NULL,
    acknowledged BOOLEAN DEFAULT 0 NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE INDEX conversation_at ON conversation (at);

CREATE INDEX conversation_open ON conversation (phase) WHERE phase = 'waiting' OR phase = 'offered' OR phase = 'human' OR phase = 'parked';

CREATE TABLE given (
    conversation TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    article TEXT NOT NULL,
    language TEXT NOT NULL,
    version TEXT NOT NULL,
    "by" TEXT NOT NULL,
    PRIMARY KEY (conversation, seq, article, version)
)
 WITHOUT ROWID;

CREATE INDEX given_article ON given (article, version, conversation, seq);

CREATE INDEX given_at ON given (at);

CREATE TABLE job (
    "key" TEXT NOT NULL,
    kind TEXT NOT NULL,
    conversation TEXT NOT NULL,
    argument TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY ("key")
)
 WITHOUT ROWID;

CREATE INDEX job_run_at ON job (run_at);

CREATE TABLE ledger (
    number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (number)
)
 WITHOUT ROWID;

CREATE TABLE staff (
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    team TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE UNIQUE INDEX staff_login ON staff (login);

CREATE TABLE session (
    token_hash BLOB NOT NULL,
    staff TEXT NOT NULL,
    form_token TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash)
)
 WITHOUT ROWID;

CREATE TABLE lease (
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (name)
)
 WITHOUT ROWID;

CREATE TABLE attended (
    staff TEXT NOT NULL,
    process TEXT NOT NULL,
    streams INTEGER NOT NULL,
    available BOOLEAN NOT NULL,
    said_at BIGINT NOT NULL,
    free_since BIGINT NOT NULL,
    acted_at BIGINT NOT NULL,
    alive_at BIGINT NOT NULL,
    PRIMARY KEY (staff, process)
)
 WITHOUT ROWID;

CREATE TABLE person (
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE person_identifier (
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,
    blind_index BLOB NOT NULL,
    verified TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, kind)
)
 WITHOUT ROWID;

CREATE INDEX person_identifier_blind_index ON person_identifier (kind, blind_index);

CREATE TABLE conversation_person (
    conversation TEXT NOT NULL,
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (conversation)
)
 WITHOUT ROWID;

CREATE INDEX conversation_person_person ON conversation_person (person);

CREATE TABLE return_code (
    conversation TEXT NOT NULL,
    code_index BLOB NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (conversation)
)
 WITHOUT ROWID;

CREATE UNIQUE INDEX return_code_code_index ON return_code (code_index);

CREATE TABLE access (
    token_hash BLOB NOT NULL,
    conversation TEXT NOT NULL,
    scope TEXT NOT NULL,
    since INTEGER NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash)
)
 WITHOUT ROWID;

CREATE INDEX access_conversation ON access (conversation);

CREATE TABLE matter (
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conversation_matter (
    conversation TEXT NOT NULL,
    matter TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (conversation)
)
 WITHOUT ROWID;

CREATE INDEX conversation_matter_matter ON conversation_matter (matter);

CREATE TABLE oldest_code (
    revision TEXT NOT NULL,
    PRIMARY KEY (revision)
)
 WITHOUT ROWID;

CREATE TRIGGER fact_no_update BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'fact is append-only'); END;

CREATE TRIGGER fact_no_delete BEFORE DELETE ON fact BEGIN SELECT RAISE(ABORT, 'fact is append-only'); END;

CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END;

CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

INSERT INTO alembic_version (version_num) VALUES ('0005');

INSERT INTO oldest_code (revision) VALUES ('0002');

