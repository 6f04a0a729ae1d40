-- +goose Up

-- Who has to be let in by hand: '' nobody, 'codeless' those who do not prove the room code, 'all' everyone new.
ALTER TABLE rooms ADD COLUMN approve TEXT NOT NULL DEFAULT '';
-- The key that opened the room, where it has moved since to another teacher's machine; NULL where that is the host's.
ALTER TABLE rooms ADD COLUMN origin BLOB;
-- CBOR list of the vouches by which it has moved.
ALTER TABLE rooms ADD COLUMN moves BLOB;

-- +goose Down
ALTER TABLE rooms DROP COLUMN moves;
ALTER TABLE rooms DROP COLUMN origin;
ALTER TABLE rooms DROP COLUMN approve;
