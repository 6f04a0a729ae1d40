package doc

// NewTestMemory is the storage of the tests, for the test of storages.
func NewTestMemory() Storage { return newMemory() }
