package doc_test

import (
	"testing"

	"thirdspace/p2p/doc"
	"thirdspace/p2p/doc/storagetest"
)

func TestStorage(t *testing.T) {
	storagetest.Run(t, func(*testing.T) doc.Storage { return doc.NewTestMemory() })
}
