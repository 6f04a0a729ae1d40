// Package windowtest tests the real window. Its tests have the build tag "window", because they need what the rest does
// not: an X server without a screen (Xvfb), the webview's libraries, and a few seconds each. `make test` runs them:
//
//	go test -tags window ./app/face/windowtest
//
// They start a program, unchanged, on an X server of their own, and look into its page through the inspector that
// WebKit opens when WEBKIT_INSPECTOR_HTTP_SERVER is set: evaluate a script, wait for a promise, take a picture. The
// protocol is WebKit's own and not documented; what is used of it is in inspector_test.go.
//
// Pictures go to the folder that ARTIFACTS names, for people to look at.
package windowtest
