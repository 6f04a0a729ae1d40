package store

import (
	"testing"

	"thirdspace/p2p/journal"
	"thirdspace/p2p/journal/storagetest"
)

func TestJournalStorage(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) journal.Storage { return open(t, t.TempDir()) })
}
