// Json writes and reads JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

type book struct {
	Title  string                 `json:"title"`
	Pages  int                    `json:"pages,omitempty"`
	Price  float64                `json:"price"`
	Tags   []string               `json:"tags"`
	Extra  map[string]any         `json:"extra"`
	Author *struct{ Name string } `json:"author"`
	Ok     bool
}

func main() {
	b, err := json.Marshal(book{Title: "Go", Tags: []string{"a"}, Extra: map[string]any{"x": 1, "y": []int{1}}})
	fmt.Println(string(b), err)
	b, _ = json.MarshalIndent([]book{{}, {}}, "", "  ")
	fmt.Println(string(b))
	var back book
	fmt.Println(json.Unmarshal([]byte(`{"title":"x","pages":3,"price":1.5,"tags":["p","q"],"extra":{"a":[1,null,true]},"author":{"Name":"n"},"Ok":true}`), &back), back)
	var any any
	fmt.Println(json.Unmarshal([]byte(`[1, {"a": "b"}, null]`), &any), any)
	fmt.Println(json.Unmarshal([]byte(`{"title": 7}`), &back), json.Unmarshal([]byte(`{`), &back))
	json.NewEncoder(os.Stdout).Encode(map[string]int{"b": 1, "a": 2})
}
