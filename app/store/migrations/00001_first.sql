-- +goose Up

-- Facts of every room this machine is in, as they were signed. They are the truth: what is read is rebuilt from them.
CREATE TABLE facts (
    hash    BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of raw
    room    TEXT    NOT NULL,
    author  BLOB    NOT NULL, -- the peer id's bytes
    seq     INTEGER NOT NULL CHECK (seq > 0),
    lamport INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    private INTEGER NOT NULL, -- 1 where the audience is not the whole room
    raw     BLOB    NOT NULL, -- the signed header, byte for byte
    sig     BLOB    NOT NULL,
    body    BLOB,             -- NULL where it is not ours to read, or has not come yet
    UNIQUE (room, author, seq)
) STRICT;

-- Receipts: the word of someone in a private fact's audience that they hold its body.
CREATE TABLE receipts (
    fact   BLOB NOT NULL,
    reader BLOB NOT NULL,
    room   TEXT NOT NULL,
    sig    BLOB NOT NULL,
    PRIMARY KEY (fact, reader)
) STRICT;
CREATE INDEX receipts_of_room ON receipts (room);

-- Rooms this machine has hosted or joined.
CREATE TABLE rooms (
    id          TEXT    NOT NULL PRIMARY KEY,
    host        BLOB    NOT NULL,
    title       TEXT    NOT NULL,
    course      TEXT    NOT NULL,
    teacher     TEXT    NOT NULL,
    hosted      INTEGER NOT NULL, -- 1 where this machine is the host
    name        TEXT    NOT NULL, -- the name its person has in it
    code        TEXT    NOT NULL, -- the room code, '' for an open door; a student's is the one that worked last
    locked      INTEGER NOT NULL,
    port        INTEGER NOT NULL, -- the port it was last served on, 0 where not hosted
    certificate BLOB,             -- the student's membership
    addresses   TEXT    NOT NULL, -- JSON list of host:port where the host was last met
    inside      INTEGER NOT NULL, -- 1 from entering until leaving on purpose: what a crash leaves at 1 is gone back to
    used        INTEGER NOT NULL  -- when it was last entered, Unix ms of this machine's clock
) STRICT;

-- Documents: text as of the last snapshot, and the updates accepted since.
CREATE TABLE documents (
    room    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    owner   TEXT    NOT NULL,
    epoch   TEXT    NOT NULL,
    version INTEGER NOT NULL,
    text    TEXT    NOT NULL,
    PRIMARY KEY (room, id)
) STRICT;
CREATE TABLE updates (
    room     TEXT    NOT NULL,
    document TEXT    NOT NULL,
    epoch    TEXT    NOT NULL,
    version  INTEGER NOT NULL, -- the version the document has after this update
    client   TEXT    NOT NULL,
    changes  TEXT    NOT NULL, -- CodeMirror's ChangeSet as JSON
    author   TEXT    NOT NULL,
    at       INTEGER NOT NULL, -- Unix ms
    PRIMARY KEY (room, document, epoch, version)
) STRICT, WITHOUT ROWID;

-- Versions of a person's own code that were kept on purpose or before something replaced it.
CREATE TABLE versions (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    room   TEXT    NOT NULL,
    at     INTEGER NOT NULL, -- Unix ms of the room's clock
    reason TEXT    NOT NULL,
    title  TEXT    NOT NULL,
    text   TEXT    NOT NULL
) STRICT;
CREATE INDEX versions_of_room ON versions (room, id);

-- What a person chose for this app on this machine, each value a JSON document.
CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- +goose Down
DROP TABLE settings;
DROP TABLE versions;
DROP TABLE updates;
DROP TABLE documents;
DROP TABLE rooms;
DROP TABLE receipts;
DROP TABLE facts;
