// Package link joins this machine to a room: one [Session] is one room, seen from the machine that hosts it or from one
// that has joined. It owns the libp2p host, decides who comes in, carries what the room hears (pubsub) and what two
// machines say to each other (streams), and brings a machine back by itself after whatever happened to the network.
//
// A session is made, told what to do with what it hears, and started:
//
//	s, err := link.Join(link.JoinConfig{Device: device, Host: id, Addrs: addrs, Name: "Ada", Code: "493201"})
//	s.Subscribe(wire.TopicFacts, journal.HandlePubsub)
//	s.Handle(wire.ProtoJournal, journal.HandleStream)
//	s.OnState(show)
//	err = s.Start(ctx) // *Refusal: the room said no, and why
//	defer s.Close()
//
// # What it promises
//
//   - Links form a star. Only the host listens; the others dial it and nobody else, at the addresses that
//     [JoinConfig.Addrs] names and at no other.
//   - A machine that has not been admitted reaches the join protocol, and besides it only libp2p's own identify, which
//     tells it the names of our protocols and our addresses. Streams it opens are reset, pubsub neither hears it nor
//     speaks to it, and its connection is closed after [admissionGrace]. The number of such connections is capped.
//   - With a room code, both sides prove that they know it (package cpace), bound to both machines' keys and the room.
//     A false host learns one guess and nothing else, not even the name of who asked. Every proof that was begun and
//     did not succeed counts as a wrong guess, and guesses are slowed for a device, for an address and for the room.
//   - Admission gives a membership certificate. Who holds one comes back with it alone: no code, no question.
//   - On the topics, an author is who is named and a forwarder is who sent, as TLS has proven: the host takes from a
//     student only what names that student, students take only what the host sent, and only teachers are heard on the
//     board and the beat. What a student hears of another is the host's word alone; facts bring their own signature.
//   - A network failure is never final. A joined session looks for its host again for ever, asking Addrs each time:
//     after 200 ms first, then more slowly up to every 2 s. It also leaves a connection on which it has heard
//     nothing, not even a beat, for [beatSilence], or on which it is not heard, for half-open connections look alive.
//   - [Session.Close] waits for every goroutine that the session started. Only go-libp2p-pubsub's own cannot be waited
//     for; they end by themselves right after.
//
// Pubsub is a hint that something is new, not a store: what is published while a machine is away never reaches it.
package link
