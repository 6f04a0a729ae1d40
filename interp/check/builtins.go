package check

// builtins are the signatures of the functions that the language itself has, as
// https://go.dev/ref/spec#Built-in_functions and package unsafe give them.
var builtins = map[string]string{
	"append":  "append(slice []T, elems ...T) []T",
	"cap":     "cap(v T) int",
	"clear":   "clear(t T)",
	"close":   "close(c chan<- T)",
	"complex": "complex(r, i FloatType) ComplexType",
	"copy":    "copy(dst, src []T) int",
	"delete":  "delete(m map[K]V, key K)",
	"imag":    "imag(c ComplexType) FloatType",
	"len":     "len(v T) int",
	"make":    "make(t T, size ...int) T",
	"max":     "max(x T, y ...T) T",
	"min":     "min(x T, y ...T) T",
	"new":     "new(T) *T",
	"panic":   "panic(v any)",
	"print":   "print(args ...T)",
	"println": "println(args ...T)",
	"real":    "real(c ComplexType) FloatType",
	"recover": "recover() any",

	"Add":        "Add(ptr Pointer, len int) Pointer",
	"Alignof":    "Alignof(x T) uintptr",
	"Offsetof":   "Offsetof(x T) uintptr",
	"Sizeof":     "Sizeof(x T) uintptr",
	"Slice":      "Slice(ptr *T, len int) []T",
	"SliceData":  "SliceData(slice []T) *T",
	"String":     "String(ptr *byte, len int) string",
	"StringData": "StringData(str string) *byte",
}
