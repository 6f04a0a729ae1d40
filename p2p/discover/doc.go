// Package discover finds rooms on the network that a machine is plugged into, without any server: a host announces its
// room over multicast DNS (RFC 6762) as a service (RFC 6763) of the type _thirdspace._tcp, and students browse for it.
//
// A host announces while its room is open:
//
//	a, err := discover.Announce(ctx, discover.Announcement{Room: id, Host: key, Title: "Loops", Port: 4001}, log)
//	a.Update(...)   // the title, or how many are there, has changed
//	a.Close()       // and the room leaves everyone's list at once
//
// A student browses while the list is on screen:
//
//	err := discover.Browse(ctx, log, func(rooms []discover.Found) { show(rooms) })
//
// Where multicast is switched off, a question by broadcast finds the room. Where that is not let through either, people
// type what the host's screen shows; [ParseAddress] reads it. [Networks] tells which networks are being searched, so that
// "no room found" can be told from "no network".
//
// # What it promises
//
//   - A room is found within two seconds on every network that both machines are on, with or without a default route,
//     over IPv4 and IPv6. Where no multicast is let through, IPv4 alone does so, and a room that opens while someone is
//     looking already appears within six.
//   - A room that closes leaves the lists at once; one whose machine is switched off or cut off leaves them after at most
//     eight seconds; one whose address changes is found at the new one.
//   - Nothing is sent outside the local network: multicast and broadcast are never routed, point-to-point interfaces (tunnels) are left
//     out, and of the addresses another machine names only those on a network of this machine are passed on.
//
// # What it does not promise
//
// Everything in a list is a hint that any machine on the network can forge: title, teacher, even the host's key. So two
// machines that claim one room under different keys are both listed, and who is who is settled when joining, where
// the host has to prove that it holds the key of Found.Host. What a forger can do here is bounded: packets, names, addresses
// of a room, rooms of one machine and rooms in all have limits, and text is cleaned of all that could disturb a line.
//
// # On the wire
//
// The instance name is the room's id, the host name <room id>.local, and the TXT record has a string for each of: v=1
// (the version of this list), id (the room's id), pid (the host's peer id), t (title), c (course), h (who teaches), n (members
// present), pin (1 if a room code is asked). A TXT string is shorter than 255 bytes; longer ones would silence the
// announcement altogether, so titles are cut.
//
// The announcing half is hashicorp/mdns, one server for each usable interface with that interface's own addresses. Its
// client is not used: it finds nothing on a network without a default route, and hides all but one of a host's addresses. The
// browsing half asks from a socket of its own for each interface and address family, wants the answer by unicast (some
// Wi-Fi access points drop or delay multicast, and asking from an ordinary port passes the usual firewalls), and beside that
// listens on the multicast group, which is where closing rooms say goodbye.
//
// The question by broadcast goes to UDP port 47113 and is answered straight; p2p/wire/README.md describes it. To what it has
// found the question is then put straight, every two seconds, so that the broadcasts can become rare. Who has asked is told
// when the room closes.
package discover
