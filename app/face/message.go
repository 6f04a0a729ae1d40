package face

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// What the page and the browser face say to each other on the WebSocket, one JSON object a text message.
//
//	page → face   {"id": 7, "call": "room.Service.SetLocked", "args": [true]}
//	face → page   {"id": 7, "result": …}  or  {"id": 7, "error": "why not"}
//	face → page   {"event": "room:changed", "data": [ … ]}
const (
	// maxMessage bounds a message from the page, in bytes: a document of 1 MiB with every byte escaped, and some.
	maxMessage = 8 << 20
	// maxArguments bounds a call.
	maxArguments = 16
	// maxName bounds a method's full name, in bytes.
	maxName = 256
	// maxID is the largest integer that JavaScript counts exactly.
	maxID = 1<<53 - 1
)

// request is a call by the page.
type request struct {
	ID   int64             `json:"id"`
	Call string            `json:"call"`
	Args []json.RawMessage `json:"args"`
}

// decodeRequest reads a message from the page.
func decodeRequest(b []byte) (request, error) {
	var r request
	switch {
	case len(b) > maxMessage:
		return request{}, fmt.Errorf("a message of %d bytes is over the limit of %d", len(b), maxMessage)
	case !utf8.Valid(b):
		return request{}, errors.New("a message is not UTF-8")
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return request{}, fmt.Errorf("reading a message: %w", err)
	}
	switch {
	case r.ID < 1 || r.ID > maxID:
		return request{}, errors.New("a call has no usable id")
	case r.Call == "" || len(r.Call) > maxName:
		return request{}, errors.New("a call has no usable name")
	case len(r.Args) > maxArguments:
		return request{}, fmt.Errorf("a call has more than %d arguments", maxArguments)
	}
	return r, nil
}

// encodeAnswer makes the answer to call id. What cannot be encoded is answered as an error.
func encodeAnswer(id int64, result any, err error) []byte {
	if err == nil {
		var b []byte
		if b, err = json.Marshal(struct {
			ID     int64 `json:"id"`
			Result any   `json:"result"`
		}{id, result}); err == nil {
			return b
		}
		err = fmt.Errorf("encoding the answer: %w", err)
	}
	b, _ := json.Marshal(struct { // an integer and a string: cannot fail
		ID    int64  `json:"id"`
		Error string `json:"error"`
	}{id, err.Error()})
	return b
}

// news is an event with its data already encoded, so that the emitter may go on changing what it gave.
type news struct {
	name string
	data []json.RawMessage
}

// size is what the news weighs in a queue, in bytes.
func (n news) size() int {
	total := len(n.name)
	for _, d := range n.data {
		total += len(d)
	}
	return total
}

func encodeNews(name string, data []any) (news, error) {
	n := news{name: name, data: make([]json.RawMessage, len(data))}
	for i, d := range data {
		b, err := json.Marshal(d)
		if err != nil {
			return news{}, fmt.Errorf("encoding the event %s: %w", name, err)
		}
		n.data[i] = b
	}
	return n, nil
}

// message encodes the news for the WebSocket.
func (n news) message() []byte {
	b, _ := json.Marshal(struct { // every part is JSON already
		Event string            `json:"event"`
		Data  []json.RawMessage `json:"data"`
	}{n.name, n.data})
	return b
}
