package link

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"thirdspace/p2p/wire"
)

// roomTopics are all the topics there are. Both ends of every link subscribe to all of them: the host because FloodSub
// passes on only what it hears itself.
var roomTopics = []string{wire.TopicFacts, wire.TopicBeat, wire.TopicBoard}

const (
	subscriptionBuffer = 1024     // messages between pubsub and our reader
	outboundQueue      = 512      // messages that wait for one slow machine; beyond it they are dropped for it
	validationQueue    = 2048     // messages that wait to be looked at
	mailboxMessages    = 4096     // messages that wait for a slow handler, for each topic
	mailboxBytes       = 32 << 20 // the same in bytes
	maxSubscriptions   = 16       // in one message from a machine

	// envelope is what pubsub adds to a message: author, number, topic, signature.
	envelope = 4 << 10
)

// rules say what is heard on the topics; the host's and a student's differ.
type rules interface {
	// mayPass tells whether a message by author, handed to us by from, is good.
	mayPass(topic string, from, author peer.ID) bool
	// meter tells whether from may hand us another message of so many bytes now, meterEmpty whether another envelope
	// with no message in it.
	meter(from peer.ID, size int) bool
	meterEmpty(from peer.ID) bool
}

var errFlood = errors.New("too much of this machine")

// topics is the room's pubsub: FloodSub, which on a star delivers everything, where GossipSub's mesh leaves out most.
type topics struct {
	ps     *pubsub.PubSub
	self   peer.ID
	node   *node
	roster *roster
	rules  rules
	log    *slog.Logger

	prefix atomic.Value // string: what the room's topics begin with on the wire; unset until the room is known

	mu     sync.Mutex
	joined map[string]*channel
}

// channel is one topic.
type channel struct {
	name    string
	topic   *pubsub.Topic
	sub     *pubsub.Subscription
	inbox   *mailbox[*pubsub.Message]
	handler TopicHandler
	heard   func() // as soon as a message comes, before the handler has time for it; may be nil
}

// newTopics starts pubsub. It must be called before the first connection is made: what a host learns to speak later goes
// out by libp2p's identify push, which is limited to a handful for each network.
func newTopics(ctx context.Context, n *node, r *roster, rules rules, log *slog.Logger) (*topics, error) {
	t := &topics{self: n.ID(), node: n, roster: r, rules: rules, log: log, joined: map[string]*channel{}}
	var err error
	t.ps, err = pubsub.NewFloodSub(ctx, pubsubHost{gated{n.Host, r, ctx}},
		// Who wrote a message is proven without a signature by pubsub, which cost as much as all the rest: TLS proves the
		// forwarder, and mayPass takes from a student only what that student wrote and on the board and the beat only what
		// the host wrote. What the host passes on of others are facts, and each of those is signed by its author.
		pubsub.WithMessageSignaturePolicy(pubsub.StrictNoSign),
		pubsub.WithMaxMessageSize(wire.MaxPubsub+envelope),
		pubsub.WithPeerOutboundQueueSize(outboundQueue),
		pubsub.WithValidateQueueSize(validationQueue),
		pubsub.WithSubscriptionFilter(t),
		pubsub.WithAppSpecificRpcInspector(t.inspect),
		pubsub.WithDefaultValidator(t.validate, pubsub.WithValidatorInline(true)),
		pubsub.WithLogger(slog.New(slog.DiscardHandler)), // it logs what strangers send; what matters is logged here
		pubsub.WithRPCLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, fmt.Errorf("starting pubsub: %w", err)
	}
	return t, nil
}

// enter joins every topic of a room. It must be called before the first stream of an admitted machine is served, for
// what that machine subscribes to before is not remembered.
func (t *topics) enter(room string) ([]*channel, error) {
	t.prefix.Store(room + "/")
	var all []*channel
	for _, name := range roomTopics {
		c, err := t.join(name)
		if err != nil {
			return nil, fmt.Errorf("joining the topic %q: %w", name, err)
		}
		all = append(all, c)
		t.mu.Lock()
		t.joined[name] = c
		t.mu.Unlock()
	}
	return all, nil
}

func (t *topics) join(name string) (*channel, error) {
	topic, err := t.ps.Join(t.prefix.Load().(string) + name)
	if err != nil {
		return nil, err
	}
	sub, err := topic.Subscribe(pubsub.WithBufferSize(subscriptionBuffer))
	if err != nil {
		return nil, err
	}
	size := func(m *pubsub.Message) int { return len(m.GetData()) }
	return &channel{name: name, topic: topic, sub: sub, inbox: newMailbox(mailboxMessages, mailboxBytes, size)}, nil
}

// publish says something to the room.
func (t *topics) publish(ctx context.Context, name string, data []byte) error {
	if !slices.Contains(roomTopics, name) {
		return fmt.Errorf("there is no topic %q", name)
	}
	if len(data) > wire.MaxPubsub {
		return fmt.Errorf("%w: %d bytes where %d are allowed", ErrTooBig, len(data), wire.MaxPubsub)
	}
	if !t.rules.mayPass(name, t.self, t.self) {
		return ErrNotAllowed
	}
	t.mu.Lock()
	c := t.joined[name]
	t.mu.Unlock()
	if c == nil {
		return nil // the room is not known yet: there is nobody to hear it
	}
	return c.topic.Publish(ctx, data)
}

// read takes messages from pubsub as they come.
func (c *channel) read(ctx context.Context, self peer.ID) error {
	for {
		m, err := c.sub.Next(ctx)
		if err != nil {
			return err
		}
		if m.ReceivedFrom == self {
			continue
		}
		if c.heard != nil {
			c.heard()
		}
		if c.handler != nil {
			c.inbox.put(m)
		}
	}
}

// deliver gives them to the handler, in its own time.
func (c *channel) deliver(ctx context.Context, log *slog.Logger) error {
	for {
		messages, dropped, err := c.inbox.take(ctx)
		if err != nil {
			return err
		}
		if dropped > 0 {
			log.Warn("messages were dropped because this machine is too slow", "topic", c.name, "messages", dropped)
		}
		for _, m := range messages {
			c.handler(m.ReceivedFrom, m.GetFrom(), m.GetData())
		}
	}
}

// CanSubscribe is part of pubsub's subscription filter: what we may join.
func (t *topics) CanSubscribe(topic string) bool {
	_, ok := t.name(topic)
	return ok
}

// FilterIncomingSubscriptions is the other part: what others may join. It and the validator are both needed; either
// alone lets a machine read or write what it should not.
func (t *topics) FilterIncomingSubscriptions(from peer.ID, subs []*pb.RPC_SubOpts) ([]*pb.RPC_SubOpts, error) {
	if len(subs) > maxSubscriptions {
		return nil, pubsub.ErrTooManySubscriptions
	}
	if !t.roster.knows(from) {
		return nil, nil
	}
	return pubsub.FilterSubscriptions(subs, t.CanSubscribe), nil
}

func (t *topics) name(topic string) (string, bool) {
	prefix, ok := t.prefix.Load().(string)
	if !ok {
		return "", false
	}
	name, ok := strings.CutPrefix(topic, prefix)
	return name, ok && slices.Contains(roomTopics, name)
}

// inspect meters messages by who hands them to us, before anything is spent on them. Subscriptions in the same message
// are left alone: losing one would make its sender deaf. An envelope with nothing else in it is metered too.
func (t *topics) inspect(from peer.ID, rpc *pubsub.RPC) error {
	if len(rpc.Publish) == 0 && !t.rules.meterEmpty(from) {
		return errFlood
	}
	kept := rpc.Publish[:0]
	for _, m := range rpc.Publish {
		if t.rules.meter(from, len(m.GetData())) {
			kept = append(kept, m)
		}
	}
	rpc.Publish = kept
	return nil
}

func (t *topics) validate(_ context.Context, from peer.ID, m *pubsub.Message) pubsub.ValidationResult {
	name, ok := t.name(m.GetTopic())
	if !ok || len(m.GetData()) > wire.MaxPubsub || !t.rules.mayPass(name, from, m.GetFrom()) {
		return pubsub.ValidationReject
	}
	return pubsub.ValidationAccept
}

// greet makes pubsub look at a machine again. It has been told of it when it connected, and may have given it up since,
// before it was admitted; it takes this event for news of the machine's protocols.
func (t *topics) greet(p peer.ID) {
	if err := t.node.poke.Emit(event.EvtPeerProtocolsUpdated{Peer: p, Added: []protocol.ID{pubsub.FloodSubID}}); err != nil {
		t.log.Warn("pubsub could not be told of a machine", "peer", p.String(), "reason", err)
	}
}

// speaksTo tells whether pubsub has a stream on which it speaks to p.
func (t *topics) speaksTo(p peer.ID) bool {
	for _, c := range t.node.Network().ConnsToPeer(p) {
		for _, s := range c.GetStreams() {
			if s.Protocol() == pubsub.FloodSubID && s.Stat().Direction == network.DirOutbound {
				return true
			}
		}
	}
	return false
}

// reaches tells whether what we publish gets to p: pubsub has a stream to it and remembers what p subscribed to. It may
// have forgotten that, for when one of its streams to p dies it forgets, and p does not say it again.
func (t *topics) reaches(p peer.ID) bool {
	prefix, ok := t.prefix.Load().(string)
	return ok && t.speaksTo(p) && slices.Contains(t.ps.ListPeers(prefix+wire.TopicFacts), p)
}
