package jail

import "time"

// Tool says what a tool needs that reads what students write, such as a
// compiler: besides itself, the folders it may read, those it may read and write
// (absolute paths), and how many bytes of memory it may have.
type Tool struct {
	Read, Write []string
	Memory      int64
}

// What a tool may have besides: bytes of one file, and processor time.
const (
	maxToolFile = 1 << 30
	mostToolCPU = 10 * time.Minute
)
