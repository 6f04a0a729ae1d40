package check

import (
	"regexp"
	"strconv"
	"strings"
)

// explanations are second sentences for what beginners are told most often. The
// first that fits is taken; $1 and so on are the parts of the message.
var explanations = []struct{ message, says string }{
	{`^declared and not used: (\S+)$`,
		"Go wants every variable to be used: use $1, or take its declaration away (or write _ instead of the name)."},
	{`^("[^"]*") imported(?: as \S+)? and not used$`,
		"Nothing of $1 is used in this file: take the import away, or use the package."},
	{`^undefined: (fmt|strings|strconv|os|math|sort|errors|time|bufio|slices|maps|rand|unicode|bytes|sync|io|log|context|json|regexp)$`,
		"$1 is a package: it must be imported at the top of the file."},
	{`^undefined: (\S+)$`,
		"Nothing with the name $1 can be seen from here: is it spelled as where it is declared (capitals count), and declared before it is needed?"},
	{`^undefined: (\w+)\.([a-z_]\w*)$|^name (\w+) not exported by package (\w+)`,
		"Only names with a capital letter at the beginning can be used from another package."},
	{`^undefined: (\w+)\.(\S+)$`,
		"The package $1 has nothing called $2."},
	{`^invalid operation: operator (\S+) not defined on`,
		"The operator $1 does not work with values of this type."},
	{`\(mismatched types (?:untyped )?string and (?:untyped )?(?:int|float|rune).*\)$|\(mismatched types (?:untyped )?(?:int\d*|float\d*|rune) and (?:untyped )?string\)$|^cannot convert .*\(untyped (?:string|int|float|rune) constant.*\) to type (?:string|int|float64)$`,
		"Text and numbers do not mix by themselves: strconv.Itoa(n) or fmt.Sprint(n) makes text of a number, strconv.Atoi(s) a number of text."},
	{`\(mismatched types (\S+) and (\S+)\)$`,
		"Both sides must be of the same type, and Go does not convert by itself: write the conversion, such as $1(x)."},
	{`^missing return$`,
		"The function promises a result, so every way through it must end with return and a value."},
	{`^not enough arguments in call to (\S+)`,
		"$1 wants more values between the brackets than it is given."},
	{`^too many arguments in call to (\S+)`,
		"$1 is given more values between the brackets than it wants."},
	{`^not enough return values`,
		"return must give as many values as the function promises."},
	{`^too many return values`,
		"return must give as many values as the function promises; what it promises stands after the brackets of its parameters."},
	{`^cannot use (?s:.*) as (\S+) value in (?s:.*) \(missing method (\w+)\)`,
		"To be a $1, a type must have all methods of $1; this one has no method $2."},
	{`^cannot use .* as (\S+) value in (\w+)`,
		"A value of type $1 belongs here, and Go does not convert by itself."},
	{`^assignment mismatch: (\d+) variables? but`,
		"There must be as many values on the right as names on the left; a function may give several at once, and _ takes one that is not wanted."},
	{`^no new variables on left side of :=$`,
		":= declares new variables; to change one that is there, write = alone."},
	{`^(\S+) redeclared in this block`,
		"There can be only one $1 here: give one of them another name, or write = instead of := to change it."},
	{`^cannot assign to (\S+) \((?:neither addressable|constant)`,
		"A constant, or a part of what is not a variable, cannot be changed."},
	{`^non-boolean condition in (\w+) statement$`,
		"The condition of $1 must be true or false; to compare, write == rather than =."},
	{`^expected boolean expression, found assignment|^cannot use assignment .* as value`,
		"= changes a variable; to compare, write ==."},
	{`^non-name .* on left side of :=$`,
		":= only declares plain names; to change an element or a field, write = alone."},
	{`^function main is undeclared in the main package$`,
		"A program begins in its function main: func main() { … }."},
	{`^expected declaration, found (?:'?:=|[\pL_])`,
		"Outside functions there are only declarations (var, const, type, func); other statements, and :=, belong into a function. Is there a closing brace too many before it?"},
	{`^expected ';', found '?\{`,
		"Is something missing between here and the beginning of the line?"},
	{`found newline$|before newline in `,
		"The line ends before the statement does: is a bracket or a comma missing at its end?"},
	{`^expected 'STRING'|^string literal not terminated|^raw string literal not terminated|^rune literal not terminated|^more than one character in rune literal|^illegal rune literal`,
		`Text stands between two double quotes, as in "text"; single quotes are for one character.`},
	{`found 'EOF'$`,
		"The file ends too early: is a closing brace missing?"},
	{`^unexpected semicolon or newline before \{|^expected .*, found '?\{'?$`,
		"An opening brace stands at the end of the line, not at the beginning of the next."},
	{`^expected 'package', found`,
		"A Go file begins with: package main."},
	{` is not used$`,
		"Its value goes nowhere: assign it, print it or take it away."},
	{`^invalid operation: cannot call non-function`,
		"Only functions can be called; brackets after anything else mean nothing to Go."},
}

// explainers are the explanations, compiled.
var explainers = func() (list []*regexp.Regexp) {
	for _, e := range explanations {
		list = append(list, regexp.MustCompile(e.message))
	}
	return list
}()

// notImported explains a name that is not there, where it can only be that of a
// package: a dot follows it.
func notImported(name, after string) string {
	paths := packagesNamed(name)
	if len(paths) == 0 || !strings.HasPrefix(after, ".") {
		return ""
	}
	return name + " is a package: it must be imported at the top of the file, with import " + strconv.Quote(paths[0]) + "."
}

// explain returns a second sentence for an error, or "".
func explain(msg string) string {
	msg, _, _ = strings.Cut(msg, "\n")
	for i, re := range explainers {
		if m := re.FindStringSubmatchIndex(msg); m != nil {
			return string(re.ExpandString(nil, explanations[i].says, msg, m))
		}
	}
	return ""
}
