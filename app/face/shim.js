// Makes window.go and window.runtime in a browser, as Wails makes them in the window. The face calls this function
// with the names of the methods and its limits; what goes over the socket is described in message.go.
(settings) => {
  if (window.go) return;

  const listeners = new Map(); // event name → list of {call, left}
  const pending = new Map(); // call id → {resolve, reject}
  const waiting = []; // messages for when the socket opens
  let socket = null;
  let lastId = 0;
  let opened = false; // whether it was ever open
  let leaving = false;
  let pause = 100; // milliseconds until the next try

  const tell = (name, data) => {
    for (const listener of [...(listeners.get(name) ?? [])]) {
      if (listener.left > 0 && --listener.left === 0) off(name, listener);
      try {
        listener.call(...data);
      } catch (error) {
        console.error(error); // one listener's mistake is not the others'
      }
    }
  };

  const off = (name, listener) => {
    const rest = (listeners.get(name) ?? []).filter((l) => l !== listener);
    if (rest.length) listeners.set(name, rest);
    else listeners.delete(name);
  };

  const on = (name, call, times) => {
    const listener = { call, left: times > 0 ? times : -1 };
    listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    return () => off(name, listener);
  };

  const receive = (text) => {
    const message = JSON.parse(text);
    if (message.event !== undefined) {
      if (message.event === "face:reload") location.reload();
      tell(message.event, message.data);
      return;
    }
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (message.error !== undefined) call?.reject(new Error(message.error));
    else call?.resolve(message.result);
  };

  const connect = () => {
    const opening = new WebSocket(`ws://${location.host}/wails/socket`);
    opening.onopen = () => {
      socket = opening;
      pause = 100;
      for (const message of waiting.splice(0)) opening.send(message);
      if (opened) tell(settings.reconnected, []);
      opened = true;
    };
    opening.onmessage = (event) => receive(event.data);
    opening.onclose = () => {
      if (socket === opening) {
        socket = null;
        // Whether these were carried out is not known, so they are not sent again.
        for (const call of pending.values()) call.reject(new Error("The connection to ThirdSpace was lost."));
        pending.clear();
        waiting.length = 0;
        if (!leaving) tell(settings.lost, []);
      }
      if (!leaving) setTimeout(connect, pause);
      pause = Math.min(pause * 2, 2000);
    };
  };

  const call = (name, args) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      const message = JSON.stringify({ id, call: name, args: args.map((a) => (a === undefined ? null : a)) });
      // One UTF-16 unit is at most three bytes of UTF-8: only near the limit is it counted.
      if (message.length * 3 > settings.maxMessage && new Blob([message]).size > settings.maxMessage) {
        reject(new Error(`${name}: what is to be sent is too large.`));
        return;
      }
      pending.set(id, { resolve, reject });
      if (socket) {
        socket.send(message);
        return;
      }
      waiting.push(message);
      setTimeout(() => {
        const at = waiting.indexOf(message);
        if (at < 0) return;
        waiting.splice(at, 1);
        pending.delete(id);
        reject(new Error("ThirdSpace does not answer."));
      }, 10000);
    });

  window.go = {};
  for (const name of settings.methods) {
    const [pkg, struct, method] = name.split(".");
    ((window.go[pkg] ??= {})[struct] ??= {})[method] = (...args) => call(name, args);
  }

  const nothing = () => {};
  const no = async () => false;
  const size = async () => ({ w: window.innerWidth, h: window.innerHeight });
  const eventsOff = (...names) => names.forEach((name) => listeners.delete(name));

  window.runtime = {
    EventsOn: (name, callback) => on(name, callback, -1),
    EventsOnMultiple: on,
    EventsOnce: (name, callback) => on(name, callback, 1),
    EventsOff: eventsOff,
    EventsOffAll: () => listeners.clear(),
    EventsEmit: (name, ...data) => tell(name, data), // nobody in Go listens to a page's news: it calls

    LogPrint: console.log,
    LogTrace: console.debug,
    LogDebug: console.debug,
    LogInfo: console.info,
    LogWarning: console.warn,
    LogError: console.error,
    LogFatal: console.error,

    BrowserOpenURL: (url) => {
      if (/^(https?|mailto):/i.test(url)) window.open(url, "_blank", "noopener,noreferrer");
    },
    ClipboardGetText: () => navigator.clipboard.readText(),
    ClipboardSetText: (text) => navigator.clipboard.writeText(text).then(() => true, () => false),
    Environment: async () => ({ ...settings.environment }),
    Quit: () => void call("runtime.Quit", []).catch(nothing),
    Hide: nothing,
    Show: nothing,

    WindowReload: () => location.reload(),
    WindowReloadApp: () => location.assign("/"),
    WindowSetTitle: (title) => void (document.title = title),
    WindowFullscreen: () => void document.documentElement.requestFullscreen?.().catch(nothing),
    WindowUnfullscreen: () => void document.exitFullscreen?.().catch(nothing),
    WindowIsFullscreen: async () => document.fullscreenElement !== null,
    WindowGetSize: size,
    WindowGetPosition: async () => ({ x: window.screenX, y: window.screenY }),
    WindowIsMaximised: no,
    WindowIsMinimised: no,
    WindowIsNormal: async () => true,
    ScreenGetAll: async () => [
      { isCurrent: true, isPrimary: true, width: screen.width, height: screen.height },
    ],
    CanResolveFilePaths: () => false,
    ResolveFilePaths: nothing,
    OnFileDrop: nothing,
    OnFileDropOff: nothing,
  };
  // A browser's window is its own: these do nothing there.
  for (const name of [
    "SetAlwaysOnTop", "SetSystemDefaultTheme", "SetLightTheme", "SetDarkTheme", "Center", "SetSize", "SetMinSize",
    "SetMaxSize", "SetPosition", "Hide", "Show", "Maximise", "ToggleMaximise", "Unmaximise", "Minimise",
    "Unminimise", "SetBackgroundColour",
  ]) {
    window.runtime["Window" + name] = nothing;
  }

  window.addEventListener("pagehide", () => {
    leaving = true;
    socket?.close();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // came back out of the browser's cache, without a socket
  });
  connect();
}
