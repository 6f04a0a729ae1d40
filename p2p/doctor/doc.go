// Package doctor finds out why a machine does not reach a room, or why nobody reaches the room on it. [Examine] looks, for
// at most [Patience], and [Diagnose] says what that means: a list of what was looked at, and the first real cause.
//
//	report := doctor.Examine(ctx, doctor.Config{Side: doctor.Student, Target: ticket})
//	if report.Cause != nil { show(report.Cause.What, report.Cause.Do) }
//
// Looking and judging are apart: Diagnose is a function of [Facts] alone.
//
// # What it sends
//
// Only what stays in the room: the questions of package discover, by multicast, by broadcast, and once straight to each
// address of this machine's own networks (at most 254 of each, so that a network that lets neither through is told from one
// that is empty, and a room whose announcements are thrown away on the way is found nevertheless); a TCP connection to the
// address that a person gave, and to machines that announce a room; and a datagram to a router on this machine's network, to
// see that it is there. Names are not looked up, and which way a packet would take is asked of the system without sending it.
//
// # What it cannot see
//
// A machine that is off, one that is asleep and one that an access point keeps apart look the same, so the two are told
// apart by whether anyone but the router answers; a network in which there really are only two machines and a router is
// taken for one that keeps devices apart, and the sentence says so. The firewall of another machine is seen only by its
// silence. How a system's own firewall is set can often be read by an administrator alone; then a student's shows itself by
// throwing away what only rooms answer, and a teacher's is left as a doubt. Of its rules those are understood that speak of
// addresses, ports, protocols, interfaces and what is known already; what others do is not guessed.
package doctor
