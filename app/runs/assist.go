package runs

import (
	"context"
	"errors"
	"time"

	"thirdspace/app/failure"
	"thirdspace/interp/check"
)

// helpPatience bounds how long the page waits for help with what is typed.
const helpPatience = 2 * time.Second

// Docs implements check.Docs.
func (l library) Docs(importPath string) (map[string]string, error) { return l.pack.Docs(importPath) }

// Complete offers what may stand at a line and a column, both from 1, the column in bytes: nothing where the standard
// library is not beside the app.
func (s *Service) Complete(text string, line, column int) (check.Completions, error) {
	none := check.Completions{Items: []check.Item{}}
	return assist(s, none, func(ctx context.Context) (check.Completions, error) {
		return s.checker.Complete(ctx, sourceOf(text), placeAt(line, column))
	})
}

// Documentation is what is written about a symbol of the standard library, as check.Item names it.
func (s *Service) Documentation(symbol string) ([]check.Paragraph, error) {
	return assist(s, []check.Paragraph{}, func(ctx context.Context) ([]check.Paragraph, error) {
		found, err := s.checker.Documentation(ctx, symbol)
		return append([]check.Paragraph{}, found...), err
	})
}

// Signature tells how the function is called that a place is in a call of.
func (s *Service) Signature(text string, line, column int) (check.Call, error) {
	none := check.Call{Active: -1, Parameters: []string{}, Docs: []check.Paragraph{}}
	return assist(s, none, func(ctx context.Context) (check.Call, error) {
		return s.checker.Signature(ctx, sourceOf(text), placeAt(line, column))
	})
}

// Hover tells what the name at a place means.
func (s *Service) Hover(text string, line, column int) (check.About, error) {
	return assist(s, check.About{Docs: []check.Paragraph{}}, func(ctx context.Context) (check.About, error) {
		return s.checker.Hover(ctx, sourceOf(text), placeAt(line, column))
	})
}

// Definition is where the name at a place is declared in the program.
func (s *Service) Definition(text string, line, column int) (check.Span, error) {
	return change(s, func(ctx context.Context) (check.Span, error) {
		return s.checker.Definition(ctx, sourceOf(text), placeAt(line, column))
	})
}

// Renamable is where the name stands that Rename would change.
func (s *Service) Renamable(text string, line, column int) (check.Span, error) {
	return change(s, func(ctx context.Context) (check.Span, error) {
		return s.checker.Renamable(ctx, sourceOf(text), placeAt(line, column))
	})
}

// Rename gives the name at a place another one, wherever it means the same.
func (s *Service) Rename(text string, line, column int, name string) ([]check.Edit, error) {
	return change(s, func(ctx context.Context) ([]check.Edit, error) {
		return s.checker.Rename(ctx, sourceOf(text), placeAt(line, column), name)
	})
}

// Format puts the imports in order and lays the program out as gofmt does.
func (s *Service) Format(text string) ([]check.Edit, error) {
	return change(s, func(ctx context.Context) ([]check.Edit, error) {
		return s.checker.OrganizeImports(ctx, sourceOf(text), fileName)
	})
}

func placeAt(line, column int) check.Place {
	return check.Place{File: fileName, Line: line, Column: column}
}

// assist asks the checker for something that is missed by nobody where there is no checker.
func assist[T any](s *Service, none T, ask func(context.Context) (T, error)) (T, error) {
	if s.checker == nil {
		return none, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), helpPatience)
	defer cancel()
	answer, err := ask(ctx)
	if err != nil {
		return none, sentence(err)
	}
	return answer, nil
}

// change asks the checker for something that somebody waits for.
func change[T any](s *Service, ask func(context.Context) (T, error)) (answer T, err error) {
	if s.checker == nil {
		return answer, failure.New(failure.CodeNoLibrary, "Go's own library is not beside the app, so this cannot be done.", "Install the app again.")
	}
	return assist(s, answer, ask)
}

// sentence is an error as a person is told it.
func sentence(err error) error {
	var r *check.Refusal
	if errors.As(err, &r) {
		return failure.New(failure.CodeProgram, r.Sentence, "")
	}
	return failure.Of(err)
}
