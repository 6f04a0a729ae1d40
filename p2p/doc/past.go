package doc

import "slices"

// How much of its past an authority keeps in memory for those who were away: at least keepUpdates, unless they are
// more than keepBytes. A replica keeps what its own editor may have missed: three hundred of them are held by one host.
const (
	keepUpdates = 1000
	keepBytes   = 4 << 20

	keepCopiedUpdates = 200
	keepCopiedBytes   = 256 << 10
)

// past is a document's latest updates.
type past struct {
	updates, bytes int // how much is kept

	base int // the version that log begins at
	log  []Update
	size int // of log in bytes
}

// add notes updates, and cuts the oldest part off when it has grown to twice what is kept.
func (p *past) add(ups []Update) {
	p.log = append(p.log, ups...)
	p.size += sizeOf(ups)
	if len(p.log) < 2*p.updates && p.size < 2*p.bytes {
		return
	}
	from, size := len(p.log), 0
	for from > 0 && len(p.log)-from < p.updates && size < p.bytes {
		from--
		size += p.log[from].size()
	}
	p.base += from
	p.log = slices.Clone(p.log[from:])
	p.size = size
}

// since gives the updates from one version to the present one.
func (p *past) since(version, now int) ([]Update, error) {
	switch {
	case version < p.base:
		return nil, ErrPruned
	case version > now:
		return nil, ErrGap
	}
	return slices.Clone(p.log[version-p.base:]), nil
}

// restart forgets everything before a version.
func (p *past) restart(version int) { p.base, p.log, p.size = version, nil, 0 }

func (u Update) size() int { return len(u.Changes) + len(u.ClientID) + len(u.Author) + 32 }

func sizeOf(ups []Update) (n int) {
	for _, u := range ups {
		n += u.size()
	}
	return n
}
