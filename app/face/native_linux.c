//go:build linux && desktop && webkit2_41

// What Wails leaves out on Linux: without a permission handler WebKit refuses microphone and camera, without a
// termination handler a dead web process leaves a frozen picture, and nothing tells when the window moves.
#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

#include "_cgo_export.h"
#include "native_linux.h"

// Web processes that end within this time of each other, in microseconds, count as a crash loop …
#define CRASH_WINDOW (20 * G_USEC_PER_SEC)
// … and after so many in a row the page is left alone.
#define MAX_CRASHES 5

// How much of the title bar must lie on a monitor for a remembered place to be used, in logical pixels.
#define MIN_VISIBLE 80

struct place {
	int placed, x, y;
};

static GtkWindow *toplevel;

int face_can_open(void) { return gtk_init_check(NULL, NULL); }

static gboolean ours(WebKitWebView *view) {
	const gchar *uri = webkit_web_view_get_uri(view);
	return uri != NULL && g_str_has_prefix(uri, "wails://");
}

static gboolean on_permission(WebKitWebView *view, WebKitPermissionRequest *request, gpointer unused) {
	gboolean media = WEBKIT_IS_USER_MEDIA_PERMISSION_REQUEST(request) ||
			 WEBKIT_IS_DEVICE_INFO_PERMISSION_REQUEST(request);
	if (media && ours(view)) {
		webkit_permission_request_allow(request);
	} else {
		webkit_permission_request_deny(request);
	}
	return TRUE;
}

static void on_terminated(WebKitWebView *view, WebKitWebProcessTerminationReason reason, gpointer unused) {
	static gint64 last;
	static int crashes;
	gint64 now = g_get_monotonic_time();
	crashes = now - last < CRASH_WINDOW ? crashes + 1 : 1;
	last = now;
	gboolean again = crashes <= MAX_CRASHES;
	faceWebProcessEnded((int)reason, again);
	if (again) {
		webkit_web_view_reload(view);
	}
}

// A link must not lead the app's own window, with everything bound to it, to another page.
static gboolean on_decide(WebKitWebView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type,
			  gpointer unused) {
	if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE) {
		return FALSE;
	}
	WebKitNavigationAction *action =
	    webkit_navigation_policy_decision_get_navigation_action(WEBKIT_NAVIGATION_POLICY_DECISION(decision));
	const gchar *uri = webkit_uri_request_get_uri(webkit_navigation_action_get_request(action));
	if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && uri != NULL &&
	    (g_str_has_prefix(uri, "wails://") || g_str_has_prefix(uri, "about:"))) {
		return FALSE;
	}
	webkit_policy_decision_ignore(decision);
	return TRUE;
}

static void tell_place(void) {
	int x, y, width, height;
	if (!gtk_widget_get_visible(GTK_WIDGET(toplevel))) {
		return;
	}
	gtk_window_get_position(toplevel, &x, &y);
	gtk_window_get_size(toplevel, &width, &height);
	faceWindowPlaced(x, y, width, height, gtk_window_is_maximized(toplevel));
}

static gboolean on_configure(GtkWidget *widget, GdkEvent *event, gpointer unused) {
	tell_place();
	return FALSE;
}

static gboolean visible(int x, int y, int width) {
	GdkDisplay *display = gdk_display_get_default();
	for (int i = 0; i < gdk_display_get_n_monitors(display); i++) {
		GdkRectangle area, shared, bar = {x, y, width, 1};
		gdk_monitor_get_workarea(gdk_display_get_monitor(display, i), &area);
		if (gdk_rectangle_intersect(&bar, &area, &shared) && shared.width >= MIN_VISIBLE) {
			return TRUE;
		}
	}
	return FALSE;
}

static void find_view(GtkWidget *widget, gpointer found) {
	if (WEBKIT_IS_WEB_VIEW(widget)) {
		*(GtkWidget **)found = widget;
	} else if (GTK_IS_CONTAINER(widget)) {
		gtk_container_forall(GTK_CONTAINER(widget), find_view, found);
	}
}

static gboolean watch(gpointer data) {
	struct place *place = data;
	GtkWidget *view = NULL;
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL && view == NULL; w = w->next) {
		find_view(w->data, &view);
	}
	g_list_free(windows);
	if (view != NULL) {
		int width, height;
		toplevel = GTK_WINDOW(gtk_widget_get_toplevel(view));
		g_signal_connect(view, "permission-request", G_CALLBACK(on_permission), NULL);
		g_signal_connect(view, "web-process-terminated", G_CALLBACK(on_terminated), NULL);
		g_signal_connect(view, "decide-policy", G_CALLBACK(on_decide), NULL);
		gtk_window_get_size(toplevel, &width, &height);
		if (place->placed && visible(place->x, place->y, width)) {
			gtk_window_move(toplevel, place->x, place->y);
		}
		g_signal_connect(toplevel, "configure-event", G_CALLBACK(on_configure), NULL);
		g_signal_connect(toplevel, "window-state-event", G_CALLBACK(on_configure), NULL);
	}
	g_free(place);
	faceWindowUp(view != NULL);
	return G_SOURCE_REMOVE;
}

void face_watch(int placed, int x, int y) {
	struct place *place = g_new(struct place, 1);
	place->placed = placed;
	place->x = x;
	place->y = y;
	g_idle_add(watch, place);
}
