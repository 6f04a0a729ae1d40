package code

import (
	"thirdspace/app/failure"
	"thirdspace/p2p/doc"
)

// Ids by which the page names documents. Any other id is a student's peer id and means that student's code, which
// their teacher follows.
const (
	Mine  = "mine"
	Board = "board"
)

// Events the page hears.
const (
	EventChanged = "doc:changed"  // a Changes, of any document that is open
	EventSaved   = "doc:saved"    // a Saved
	EventCaret   = "doc:caret"    // a CaretMoved
	EventWall    = "wall:changed" // []Tile: the ones that changed
	EventSent    = "code:sent"    // a SentCode
	EventLook    = "code:look"    // a Look, on the machine of someone who looks at a student's code
	EventLookers = "code:lookers" // []Looker, on the student's
)

// Reasons why a version was kept.
const (
	ReasonKept     = "kept"        // the person asked for it
	ReasonTake     = "before-take" // something else was taken into the editor
	ReasonHandedIn = "handed-in"
	ReasonRescued  = "rescued" // typed into an editor whose document had begun anew
)

// Caret is a cursor or a selection in UTF-16 units.
type Caret = doc.Caret

// Update is one change of a document, as CodeMirror's collab package takes and gives it.
type Update struct {
	ClientID string `json:"clientID"`
	Changes  any    `json:"changes"` // ChangeSet.toJSON()
}

// Doc is a document as an editor opens it.
type Doc struct {
	ID      string `json:"id"`
	Epoch   string `json:"epoch"` // "" while nothing has come from its owner yet
	Version int    `json:"version"`
	Text    string `json:"text"`
	Owned   bool   `json:"owned"` // this machine's own
	Pen     bool   `json:"pen"`   // it may be edited here: it is this machine's own, or its owner has let us
	Name    string `json:"name"`  // whose it is
	Caret   *Caret `json:"caret"` // its owner's, where known
}

// PushResult says whether updates were taken, and how far the document is now.
type PushResult struct {
	OK      bool   `json:"ok"` // false: pull with Since, rebase, push again; if the epoch is another, open anew
	Epoch   string `json:"epoch"`
	Version int    `json:"version"`
}

// Changes are updates of a document from a version on.
type Changes struct {
	ID      string   `json:"id"`
	Epoch   string   `json:"epoch"`
	Version int      `json:"version"` // before the first update
	Updates []Update `json:"updates"`
	Reset   bool     `json:"reset"` // the text is another: open the document anew
}

// Saved tells how far one of this machine's own documents is on the disk, or that it could not be written: then it is
// tried again every second.
type Saved struct {
	ID      string           `json:"id"`
	Epoch   string           `json:"epoch"`
	Version int              `json:"version"`
	Failure *failure.Failure `json:"failure"`
}

// CaretMoved tells where the owner's caret stands in one version of a followed document.
type CaretMoved struct {
	ID string `json:"id"`
	PlacedCaret
}

// PlacedCaret is a cursor or a selection in one version of a document, in UTF-16 units.
type PlacedCaret struct {
	Epoch   string `json:"epoch"`
	Version int    `json:"version"`
	Anchor  int    `json:"anchor"`
	Head    int    `json:"head"`
}

// Look is how a look at a student's code stands: "looking", "offered", "together", "declined", "ended" (by the student), or
// "" while their machine has not told yet.
type Look struct {
	ID    string `json:"id"` // the student
	Here  bool   `json:"here"`
	State string `json:"state"`
}

// Looker is someone who looks at this machine's own code. States are those of Look.
type Looker struct {
	ID    string       `json:"id"`
	Name  string       `json:"name"`
	State string       `json:"state"`
	Here  bool         `json:"here"`  // false: someone who may edit is waited for
	Caret *PlacedCaret `json:"caret"` // theirs, while they edit
}

// Tile is one student on the wall.
type Tile struct {
	ID        string `json:"id"` // peer id
	Name      string `json:"name"`
	Number    uint32 `json:"number"`
	Here      bool   `json:"here"`
	Text      string `json:"text"`      // what fits on a tile: the lines around the caret
	FirstLine int    `json:"firstLine"` // the number of the first of them, from 1
	Lines     int    `json:"lines"`     // of the whole code
	LastTyped int64  `json:"lastTyped"` // Unix ms of this machine's clock; 0: not since the room was opened
	Synced    bool   `json:"synced"`    // their code has been seen since the room was opened
}

// SentCode is code that a teacher put in front of everyone.
type SentCode struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
	At    int64  `json:"at"` // Unix ms of the room's clock
	From  string `json:"from"`
	Mine  bool   `json:"mine"`
}

// Version is a text of one's own code that was kept.
type Version struct {
	ID     string `json:"id"`
	At     int64  `json:"at"` // Unix ms of the room's clock
	Reason string `json:"reason"`
	Title  string `json:"title"`
	Lines  int    `json:"lines"`
	Text   string `json:"text"` // only where one version was asked for
}
