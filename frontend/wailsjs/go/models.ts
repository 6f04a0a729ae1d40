export namespace boot {
	
	export class Status {
	    failure?: failure.Failure;
	
	    static createFrom(source: any = {}) {
	        return new Status(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.failure = this.convertValues(source["failure"], failure.Failure);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}

}

export namespace check {
	
	export class Paragraph {
	    kind: string;
	    text: string;
	
	    static createFrom(source: any = {}) {
	        return new Paragraph(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.kind = source["kind"];
	        this.text = source["text"];
	    }
	}
	export class About {
	    file: string;
	    line: number;
	    column: number;
	    endLine: number;
	    endColumn: number;
	    signature: string;
	    docs: Paragraph[];
	
	    static createFrom(source: any = {}) {
	        return new About(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.file = source["file"];
	        this.line = source["line"];
	        this.column = source["column"];
	        this.endLine = source["endLine"];
	        this.endColumn = source["endColumn"];
	        this.signature = source["signature"];
	        this.docs = this.convertValues(source["docs"], Paragraph);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Call {
	    before: string;
	    parameters: string[];
	    after: string;
	    active: number;
	    docs: Paragraph[];
	
	    static createFrom(source: any = {}) {
	        return new Call(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.before = source["before"];
	        this.parameters = source["parameters"];
	        this.after = source["after"];
	        this.active = source["active"];
	        this.docs = this.convertValues(source["docs"], Paragraph);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Edit {
	    file: string;
	    line: number;
	    column: number;
	    endLine: number;
	    endColumn: number;
	    text: string;
	
	    static createFrom(source: any = {}) {
	        return new Edit(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.file = source["file"];
	        this.line = source["line"];
	        this.column = source["column"];
	        this.endLine = source["endLine"];
	        this.endColumn = source["endColumn"];
	        this.text = source["text"];
	    }
	}
	export class Item {
	    label: string;
	    kind: string;
	    detail: string;
	    insert: string;
	    inside: boolean;
	    symbol: string;
	    docs: Paragraph[];
	    edits: Edit[];
	
	    static createFrom(source: any = {}) {
	        return new Item(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.label = source["label"];
	        this.kind = source["kind"];
	        this.detail = source["detail"];
	        this.insert = source["insert"];
	        this.inside = source["inside"];
	        this.symbol = source["symbol"];
	        this.docs = this.convertValues(source["docs"], Paragraph);
	        this.edits = this.convertValues(source["edits"], Edit);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Completions {
	    file: string;
	    line: number;
	    column: number;
	    endLine: number;
	    endColumn: number;
	    items: Item[];
	    more: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Completions(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.file = source["file"];
	        this.line = source["line"];
	        this.column = source["column"];
	        this.endLine = source["endLine"];
	        this.endColumn = source["endColumn"];
	        this.items = this.convertValues(source["items"], Item);
	        this.more = source["more"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	
	
	export class Span {
	    file: string;
	    line: number;
	    column: number;
	    endLine: number;
	    endColumn: number;
	
	    static createFrom(source: any = {}) {
	        return new Span(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.file = source["file"];
	        this.line = source["line"];
	        this.column = source["column"];
	        this.endLine = source["endLine"];
	        this.endColumn = source["endColumn"];
	    }
	}

}

export namespace code {
	
	export class Update {
	    clientID: string;
	    changes: any;
	
	    static createFrom(source: any = {}) {
	        return new Update(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.clientID = source["clientID"];
	        this.changes = source["changes"];
	    }
	}
	export class Changes {
	    id: string;
	    epoch: string;
	    version: number;
	    updates: Update[];
	    reset: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Changes(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.epoch = source["epoch"];
	        this.version = source["version"];
	        this.updates = this.convertValues(source["updates"], Update);
	        this.reset = source["reset"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Doc {
	    id: string;
	    epoch: string;
	    version: number;
	    text: string;
	    owned: boolean;
	    pen: boolean;
	    name: string;
	    caret?: doc.Caret;
	
	    static createFrom(source: any = {}) {
	        return new Doc(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.epoch = source["epoch"];
	        this.version = source["version"];
	        this.text = source["text"];
	        this.owned = source["owned"];
	        this.pen = source["pen"];
	        this.name = source["name"];
	        this.caret = this.convertValues(source["caret"], doc.Caret);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Look {
	    id: string;
	    here: boolean;
	    state: string;
	
	    static createFrom(source: any = {}) {
	        return new Look(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.here = source["here"];
	        this.state = source["state"];
	    }
	}
	export class PlacedCaret {
	    epoch: string;
	    version: number;
	    anchor: number;
	    head: number;
	
	    static createFrom(source: any = {}) {
	        return new PlacedCaret(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.epoch = source["epoch"];
	        this.version = source["version"];
	        this.anchor = source["anchor"];
	        this.head = source["head"];
	    }
	}
	export class Looker {
	    id: string;
	    name: string;
	    state: string;
	    here: boolean;
	    caret?: PlacedCaret;
	
	    static createFrom(source: any = {}) {
	        return new Looker(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.state = source["state"];
	        this.here = source["here"];
	        this.caret = this.convertValues(source["caret"], PlacedCaret);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class PushResult {
	    ok: boolean;
	    epoch: string;
	    version: number;
	
	    static createFrom(source: any = {}) {
	        return new PushResult(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.ok = source["ok"];
	        this.epoch = source["epoch"];
	        this.version = source["version"];
	    }
	}
	export class Saved {
	    id: string;
	    epoch: string;
	    version: number;
	    failure?: failure.Failure;
	
	    static createFrom(source: any = {}) {
	        return new Saved(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.epoch = source["epoch"];
	        this.version = source["version"];
	        this.failure = this.convertValues(source["failure"], failure.Failure);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class SentCode {
	    id: string;
	    title: string;
	    text: string;
	    at: number;
	    from: string;
	    mine: boolean;
	
	    static createFrom(source: any = {}) {
	        return new SentCode(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.title = source["title"];
	        this.text = source["text"];
	        this.at = source["at"];
	        this.from = source["from"];
	        this.mine = source["mine"];
	    }
	}
	export class Tile {
	    id: string;
	    name: string;
	    number: number;
	    here: boolean;
	    text: string;
	    firstLine: number;
	    lines: number;
	    lastTyped: number;
	    synced: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Tile(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.number = source["number"];
	        this.here = source["here"];
	        this.text = source["text"];
	        this.firstLine = source["firstLine"];
	        this.lines = source["lines"];
	        this.lastTyped = source["lastTyped"];
	        this.synced = source["synced"];
	    }
	}
	
	export class Version {
	    id: string;
	    at: number;
	    reason: string;
	    title: string;
	    lines: number;
	    text: string;
	
	    static createFrom(source: any = {}) {
	        return new Version(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.at = source["at"];
	        this.reason = source["reason"];
	        this.title = source["title"];
	        this.lines = source["lines"];
	        this.text = source["text"];
	    }
	}

}

export namespace doc {
	
	export class Caret {
	    anchor: number;
	    head: number;
	
	    static createFrom(source: any = {}) {
	        return new Caret(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.anchor = source["anchor"];
	        this.head = source["head"];
	    }
	}

}

export namespace doctor {
	
	export class Command {
	    system: string;
	    text: string;
	
	    static createFrom(source: any = {}) {
	        return new Command(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.system = source["system"];
	        this.text = source["text"];
	    }
	}
	export class Cause {
	    code: string;
	    what: string;
	    means: string;
	    do: string;
	    commands: Command[];
	
	    static createFrom(source: any = {}) {
	        return new Cause(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.code = source["code"];
	        this.what = source["what"];
	        this.means = source["means"];
	        this.do = source["do"];
	        this.commands = this.convertValues(source["commands"], Command);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Check {
	    id: string;
	    looked: string;
	    result: string;
	    found: string;
	
	    static createFrom(source: any = {}) {
	        return new Check(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.looked = source["looked"];
	        this.result = source["result"];
	        this.found = source["found"];
	    }
	}
	
	export class Report {
	    side: string;
	    checks: Check[];
	    cause?: Cause;
	    doubt?: Cause;
	    way: string;
	    millis: number;
	
	    static createFrom(source: any = {}) {
	        return new Report(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.side = source["side"];
	        this.checks = this.convertValues(source["checks"], Check);
	        this.cause = this.convertValues(source["cause"], Cause);
	        this.doubt = this.convertValues(source["doubt"], Cause);
	        this.way = source["way"];
	        this.millis = source["millis"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Request {
	    side: string;
	    target: string;
	
	    static createFrom(source: any = {}) {
	        return new Request(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.side = source["side"];
	        this.target = source["target"];
	    }
	}

}

export namespace failure {
	
	export class Failure {
	    code: string;
	    message: string;
	    hint: string;
	    details: string;
	
	    static createFrom(source: any = {}) {
	        return new Failure(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.code = source["code"];
	        this.message = source["message"];
	        this.hint = source["hint"];
	        this.details = source["details"];
	    }
	}

}

export namespace room {
	
	export class Card {
	    id: string;
	    name: string;
	    number: number;
	    words: string;
	    link: string;
	
	    static createFrom(source: any = {}) {
	        return new Card(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.number = source["number"];
	        this.words = source["words"];
	        this.link = source["link"];
	    }
	}
	export class Found {
	    id: string;
	    host: string;
	    title: string;
	    course: string;
	    teacher: string;
	    locked: boolean;
	    members: number;
	    addresses: string[];
	    known: boolean;
	    name: string;
	    mine: boolean;
	    conflict: boolean;
	    moved: boolean;
	    fingerprint: string;
	
	    static createFrom(source: any = {}) {
	        return new Found(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.host = source["host"];
	        this.title = source["title"];
	        this.course = source["course"];
	        this.teacher = source["teacher"];
	        this.locked = source["locked"];
	        this.members = source["members"];
	        this.addresses = source["addresses"];
	        this.known = source["known"];
	        this.name = source["name"];
	        this.mine = source["mine"];
	        this.conflict = source["conflict"];
	        this.moved = source["moved"];
	        this.fingerprint = source["fingerprint"];
	    }
	}
	export class Hosted {
	    id: string;
	    title: string;
	    course: string;
	    teacher: string;
	    lastOpened: number;
	
	    static createFrom(source: any = {}) {
	        return new Hosted(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.title = source["title"];
	        this.course = source["course"];
	        this.teacher = source["teacher"];
	        this.lastOpened = source["lastOpened"];
	    }
	}
	export class JoinRequest {
	    id: string;
	    host: string;
	    address: string;
	    name: string;
	    code: string;
	    card: string;
	
	    static createFrom(source: any = {}) {
	        return new JoinRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.host = source["host"];
	        this.address = source["address"];
	        this.name = source["name"];
	        this.code = source["code"];
	        this.card = source["card"];
	    }
	}
	export class Knock {
	    id: string;
	    name: string;
	    since: number;
	    away: boolean;
	    proved: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Knock(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.since = source["since"];
	        this.away = source["away"];
	        this.proved = source["proved"];
	    }
	}
	export class Known {
	    id: string;
	    host: string;
	    title: string;
	    course: string;
	    teacher: string;
	    name: string;
	    lastSeen: number;
	
	    static createFrom(source: any = {}) {
	        return new Known(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.host = source["host"];
	        this.title = source["title"];
	        this.course = source["course"];
	        this.teacher = source["teacher"];
	        this.name = source["name"];
	        this.lastSeen = source["lastSeen"];
	    }
	}
	export class Layer {
	    name: string;
	    on: boolean;
	    why: string;
	
	    static createFrom(source: any = {}) {
	        return new Layer(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.on = source["on"];
	        this.why = source["why"];
	    }
	}
	export class Member {
	    id: string;
	    name: string;
	    role: string;
	    number: number;
	    here: boolean;
	    removed: boolean;
	    forked: boolean;
	    unruly: boolean;
	    muted: boolean;
	    governs: boolean;
	    claimed: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Member(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.role = source["role"];
	        this.number = source["number"];
	        this.here = source["here"];
	        this.removed = source["removed"];
	        this.forked = source["forked"];
	        this.unruly = source["unruly"];
	        this.muted = source["muted"];
	        this.governs = source["governs"];
	        this.claimed = source["claimed"];
	    }
	}
	export class OpenRequest {
	    id: string;
	    course: string;
	    title: string;
	    teacher: string;
	    useCode: boolean;
	
	    static createFrom(source: any = {}) {
	        return new OpenRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.course = source["course"];
	        this.title = source["title"];
	        this.teacher = source["teacher"];
	        this.useCode = source["useCode"];
	    }
	}
	export class StartView {
	    mode: string;
	    argument: string;
	    code: string;
	    name: string;
	    fingerprint: string;
	    key: string;
	    last?: OpenRequest;
	    mine: Hosted[];
	    known: Known[];
	    protection: string;
	    layers: Layer[];
	
	    static createFrom(source: any = {}) {
	        return new StartView(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.mode = source["mode"];
	        this.argument = source["argument"];
	        this.code = source["code"];
	        this.name = source["name"];
	        this.fingerprint = source["fingerprint"];
	        this.key = source["key"];
	        this.last = this.convertValues(source["last"], OpenRequest);
	        this.mine = this.convertValues(source["mine"], Hosted);
	        this.known = this.convertValues(source["known"], Known);
	        this.protection = source["protection"];
	        this.layers = this.convertValues(source["layers"], Layer);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Target {
	    kind: string;
	    problem?: failure.Failure;
	
	    static createFrom(source: any = {}) {
	        return new Target(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.kind = source["kind"];
	        this.problem = this.convertValues(source["problem"], failure.Failure);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Way {
	    address: string;
	    code: string;
	
	    static createFrom(source: any = {}) {
	        return new Way(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.address = source["address"];
	        this.code = source["code"];
	    }
	}
	export class View {
	    phase: string;
	    role: string;
	    id: string;
	    title: string;
	    course: string;
	    teacher: string;
	    fingerprint: string;
	    me: Member;
	    code: string;
	    locked: boolean;
	    approve: string;
	    waiting: Knock[];
	    place: number;
	    offered: boolean;
	    addresses: string[];
	    ways: Way[];
	    link: string;
	    linkIn: string;
	    offline: boolean;
	    members: Member[];
	    refusal?: failure.Failure;
	    since: number;
	
	    static createFrom(source: any = {}) {
	        return new View(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.phase = source["phase"];
	        this.role = source["role"];
	        this.id = source["id"];
	        this.title = source["title"];
	        this.course = source["course"];
	        this.teacher = source["teacher"];
	        this.fingerprint = source["fingerprint"];
	        this.me = this.convertValues(source["me"], Member);
	        this.code = source["code"];
	        this.locked = source["locked"];
	        this.approve = source["approve"];
	        this.waiting = this.convertValues(source["waiting"], Knock);
	        this.place = source["place"];
	        this.offered = source["offered"];
	        this.addresses = source["addresses"];
	        this.ways = this.convertValues(source["ways"], Way);
	        this.link = source["link"];
	        this.linkIn = source["linkIn"];
	        this.offline = source["offline"];
	        this.members = this.convertValues(source["members"], Member);
	        this.refusal = this.convertValues(source["refusal"], failure.Failure);
	        this.since = source["since"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}

}

export namespace runs {
	
	export class Diagnostic {
	    file: string;
	    line: number;
	    column: number;
	    endLine: number;
	    endColumn: number;
	    severity: string;
	    message: string;
	    explanation: string;
	
	    static createFrom(source: any = {}) {
	        return new Diagnostic(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.file = source["file"];
	        this.line = source["line"];
	        this.column = source["column"];
	        this.endLine = source["endLine"];
	        this.endColumn = source["endColumn"];
	        this.severity = source["severity"];
	        this.message = source["message"];
	        this.explanation = source["explanation"];
	    }
	}
	export class Console {
	    id: string;
	    opened: number;
	    problems: Diagnostic[];
	    forgotten: string[];
	
	    static createFrom(source: any = {}) {
	        return new Console(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.opened = source["opened"];
	        this.problems = this.convertValues(source["problems"], Diagnostic);
	        this.forgotten = source["forgotten"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class Exit {
	    code: number;
	    signal: string;
	    reason: string;
	    message: string;
	    cpuMs: number;
	    wallMs: number;
	    memory: number;
	    engine: string;
	    why: string;
	
	    static createFrom(source: any = {}) {
	        return new Exit(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.code = source["code"];
	        this.signal = source["signal"];
	        this.reason = source["reason"];
	        this.message = source["message"];
	        this.cpuMs = source["cpuMs"];
	        this.wallMs = source["wallMs"];
	        this.memory = source["memory"];
	        this.engine = source["engine"];
	        this.why = source["why"];
	    }
	}
	export class Event {
	    run: string;
	    docId: string;
	    seq: number;
	    kind: string;
	    stream: string;
	    data: string;
	    diagnostic?: Diagnostic;
	    exit?: Exit;
	    phase: string;
	
	    static createFrom(source: any = {}) {
	        return new Event(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.run = source["run"];
	        this.docId = source["docId"];
	        this.seq = source["seq"];
	        this.kind = source["kind"];
	        this.stream = source["stream"];
	        this.data = source["data"];
	        this.diagnostic = this.convertValues(source["diagnostic"], Diagnostic);
	        this.exit = this.convertValues(source["exit"], Exit);
	        this.phase = source["phase"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class Last {
	    run: string;
	    docId: string;
	    events: Event[];
	    truncated: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Last(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.run = source["run"];
	        this.docId = source["docId"];
	        this.events = this.convertValues(source["events"], Event);
	        this.truncated = source["truncated"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Request {
	    docId: string;
	    text: string;
	    engine: string;
	
	    static createFrom(source: any = {}) {
	        return new Request(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.docId = source["docId"];
	        this.text = source["text"];
	        this.engine = source["engine"];
	    }
	}

}

export namespace settings {
	
	export class About {
	    version: string;
	    engine: string;
	    dataDir: string;
	
	    static createFrom(source: any = {}) {
	        return new About(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.version = source["version"];
	        this.engine = source["engine"];
	        this.dataDir = source["dataDir"];
	    }
	}
	export class Settings {
	    theme: string;
	    codeSize: number;
	    name: string;
	    engine: string;
	
	    static createFrom(source: any = {}) {
	        return new Settings(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.theme = source["theme"];
	        this.codeSize = source["codeSize"];
	        this.name = source["name"];
	        this.engine = source["engine"];
	    }
	}

}

export namespace talk {
	
	export class Message {
	    id: string;
	    author: string;
	    name: string;
	    mine: boolean;
	    text: string;
	    at: number;
	    pending: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Message(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.author = source["author"];
	        this.name = source["name"];
	        this.mine = source["mine"];
	        this.text = source["text"];
	        this.at = source["at"];
	        this.pending = source["pending"];
	    }
	}
	export class Page {
	    first: number;
	    messages: Message[];
	
	    static createFrom(source: any = {}) {
	        return new Page(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.first = source["first"];
	        this.messages = this.convertValues(source["messages"], Message);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}

}

export namespace work {
	
	export class File {
	    name: string;
	    text: string;
	
	    static createFrom(source: any = {}) {
	        return new File(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.text = source["text"];
	    }
	}
	export class Receipt {
	    reader: string;
	    readerName: string;
	    words: string;
	
	    static createFrom(source: any = {}) {
	        return new Receipt(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.reader = source["reader"];
	        this.readerName = source["readerName"];
	        this.words = source["words"];
	    }
	}
	export class Submission {
	    id: string;
	    title: string;
	    version: number;
	    author: string;
	    name: string;
	    mine: boolean;
	    at: number;
	    state: string;
	    lines: number;
	    words: string;
	    receipt?: Receipt;
	
	    static createFrom(source: any = {}) {
	        return new Submission(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.title = source["title"];
	        this.version = source["version"];
	        this.author = source["author"];
	        this.name = source["name"];
	        this.mine = source["mine"];
	        this.at = source["at"];
	        this.state = source["state"];
	        this.lines = source["lines"];
	        this.words = source["words"];
	        this.receipt = this.convertValues(source["receipt"], Receipt);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Opened {
	    submission: Submission;
	    files: File[];
	    receiptText: string;
	
	    static createFrom(source: any = {}) {
	        return new Opened(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.submission = this.convertValues(source["submission"], Submission);
	        this.files = this.convertValues(source["files"], File);
	        this.receiptText = source["receiptText"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	

}

