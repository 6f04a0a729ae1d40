-- +goose Up

-- A log may have branches: several facts of one author with one number. Each names the fact before it.
CREATE TABLE branching_facts (
    hash    BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of raw
    room    TEXT    NOT NULL,
    author  BLOB    NOT NULL, -- the peer id's bytes
    seq     INTEGER NOT NULL CHECK (seq > 0),
    prev    BLOB    NOT NULL CHECK (length(prev) = 32), -- hash of the fact before it in its log, zeros for the first
    lamport INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    private INTEGER NOT NULL, -- 1 where the audience is not the whole room
    raw     BLOB    NOT NULL, -- the signed header, byte for byte
    sig     BLOB    NOT NULL,
    body    BLOB              -- NULL where it is not ours to read, or has not come yet
) STRICT;
INSERT INTO branching_facts
    SELECT f.hash, f.room, f.author, f.seq, coalesce(p.hash, zeroblob(32)), f.lamport, f.kind, f.private, f.raw, f.sig, f.body
    FROM facts f LEFT JOIN facts p ON p.room = f.room AND p.author = f.author AND p.seq = f.seq - 1;
DROP TABLE facts;
ALTER TABLE branching_facts RENAME TO facts;
CREATE INDEX facts_of_log ON facts (room, author, seq, hash);
CREATE INDEX facts_after ON facts (prev);

-- +goose Down
CREATE TABLE straight_facts (
    hash    BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    room    TEXT    NOT NULL,
    author  BLOB    NOT NULL,
    seq     INTEGER NOT NULL CHECK (seq > 0),
    lamport INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    private INTEGER NOT NULL,
    raw     BLOB    NOT NULL,
    sig     BLOB    NOT NULL,
    body    BLOB,
    UNIQUE (room, author, seq)
) STRICT;
INSERT INTO straight_facts SELECT hash, room, author, seq, lamport, kind, private, raw, sig, body FROM facts;
DROP TABLE facts;
ALTER TABLE straight_facts RENAME TO facts;
