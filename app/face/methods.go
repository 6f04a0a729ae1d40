package face

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
)

// methods are the calls a page may make, by their full name: "room.Service.Join".
type methods map[string]reflect.Value

var errorType = reflect.TypeFor[error]()

// newMethods collects the exported methods of services under the names that Wails gives them. It refuses what Wails
// could not bind, so that the two faces cannot differ.
func newMethods(services []any) (methods, error) {
	all := methods{}
	for _, service := range services {
		v := reflect.ValueOf(service)
		if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
			return nil, fmt.Errorf("binding a service: %T is not a pointer to a struct", service)
		}
		prefix := v.Elem().Type().String() // package.Struct
		for i := range v.NumMethod() {
			name := prefix + "." + v.Type().Method(i).Name
			if _, twice := all[name]; twice {
				return nil, fmt.Errorf("binding a service: %s is bound twice", name)
			}
			if err := checkSignature(v.Method(i).Type()); err != nil {
				return nil, fmt.Errorf("binding %s: %w", name, err)
			}
			all[name] = v.Method(i)
		}
	}
	return all, nil
}

func checkSignature(t reflect.Type) error {
	switch {
	case t.IsVariadic():
		return errors.New("a page cannot call a variadic method")
	case t.NumIn() > maxArguments:
		return fmt.Errorf("more than %d parameters", maxArguments)
	case t.NumOut() > 2, t.NumOut() == 2 && t.Out(1) != errorType:
		return errors.New("a method returns a value, an error, or a value and an error")
	}
	for i := range t.NumIn() {
		if t.In(i).Kind() == reflect.Interface {
			return errors.New("a parameter is of an interface type, which cannot be null")
		}
	}
	return nil
}

// names returns the full names, sorted.
func (m methods) names() []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// call runs one method. A panic in it becomes an error: one bad call must not end a class.
func (m methods) call(log *slog.Logger, name string, args []json.RawMessage) (result any, err error) {
	method, ok := m[name]
	if !ok {
		return nil, fmt.Errorf("there is no method %q", clip(name))
	}
	in, err := decodeArguments(method.Type(), args)
	if err != nil {
		return nil, fmt.Errorf("calling %s: %w", name, err)
	}
	defer func() {
		if r := recover(); r != nil {
			log.Error("a service panicked", "method", name, "panic", r, "stack", string(debug.Stack()))
			result, err = nil, fmt.Errorf("%s failed inside: %v", name, r)
		}
	}()
	return split(method.Call(in))
}

func decodeArguments(t reflect.Type, args []json.RawMessage) ([]reflect.Value, error) {
	if len(args) != t.NumIn() {
		return nil, fmt.Errorf("%d arguments given, %d wanted", len(args), t.NumIn())
	}
	in := make([]reflect.Value, len(args))
	for i, arg := range args {
		p := reflect.New(t.In(i))
		if err := json.Unmarshal(arg, p.Interface()); err != nil {
			return nil, fmt.Errorf("argument %d: %w", i+1, err)
		}
		in[i] = p.Elem()
	}
	return in, nil
}

// split sorts a method's results into value and error, as Wails does: a value that is all a method returns and that
// happens to be an error too is taken for one.
func split(out []reflect.Value) (any, error) {
	switch len(out) {
	case 0:
		return nil, nil
	case 1:
		value := out[0].Interface()
		err, isError := value.(error)
		switch {
		case !isError:
			return value, nil
		case isNil(err):
			return nil, nil
		}
		return nil, err
	}
	if err, _ := out[1].Interface().(error); err != nil {
		return nil, err
	}
	return out[0].Interface(), nil
}

// isNil says whether there is nothing behind an error: no error at all, or a nil pointer to something that would be one.
func isNil(err error) bool {
	v := reflect.ValueOf(err)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// clip shortens a name that came from outside, for a message.
func clip(s string) string {
	if len(s) > 80 {
		s = s[:80] + "…"
	}
	return strings.ToValidUTF8(s, "?")
}
