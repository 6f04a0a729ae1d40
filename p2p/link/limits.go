package link

import (
	"fmt"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
	"github.com/libp2p/go-libp2p/x/rate"

	"thirdspace/p2p/wire"
)

// fromOneAddress is how fast connections are taken from one address, behind which a class may sit: all of it may come at
// once, but nobody can have the host shake hands, which costs it a signature, without end.
var fromOneAddress = rate.Limit{RPS: 50, Burst: 700}

// newLimits sets libp2p's limits for a class. Its defaults are made for the open internet: 8 connections and 16 at once
// from one IPv4 address or IPv6 /56, which is a class behind one router or on one link-local network, and 96 inbound
// connections on a machine of 4 GiB. Loopback is exempt from all of them, so they only show between machines. Ours bound
// what a single device may take, and what all may together.
//
// mayOpen meters the streams that others open here, before anything is spent on them.
func newLimits(mayOpen func(peer.ID) bool) (network.ResourceManager, error) {
	const perPeerStreams = 64
	all := rcmgr.LimitVal(maxMembers + maxWaiting)
	limits := rcmgr.PartialLimitConfig{
		System: rcmgr.ResourceLimits{
			Conns: all, ConnsInbound: all, ConnsOutbound: 64, FD: all,
			Streams: 32 * maxMembers, StreamsInbound: 16 * maxMembers, StreamsOutbound: 16 * maxMembers,
			Memory: 1 << 30,
		},
		Transient: rcmgr.ResourceLimits{ // connections that are still shaking hands
			Conns: maxWaiting, ConnsInbound: maxWaiting, ConnsOutbound: 64, FD: maxWaiting,
			Streams: 4 * maxWaiting, StreamsInbound: 4 * maxWaiting, StreamsOutbound: 4 * maxWaiting,
			Memory: 256 << 20,
		},
		PeerDefault: rcmgr.ResourceLimits{
			Conns: 8, ConnsInbound: 8, ConnsOutbound: 8, FD: 8,
			Streams: 2 * perPeerStreams, StreamsInbound: perPeerStreams, StreamsOutbound: perPeerStreams,
			Memory: 64 << 20,
		},
		ProtocolPeer: map[protocol.ID]rcmgr.ResourceLimits{
			wire.ProtoJoin: {Streams: 2, StreamsInbound: 2, StreamsOutbound: 2, Memory: 1 << 20},
		},
	}
	const everyAddress = 0 // a prefix of no bits: all addresses together
	m, err := rcmgr.NewResourceManager(rcmgr.NewFixedLimiter(limits.Build(rcmgr.InfiniteLimits)),
		rcmgr.WithMetricsDisabled(),
		rcmgr.WithConnRateLimiters(&rate.Limiter{SubnetRateLimiter: rate.SubnetLimiter{
			IPv4SubnetLimits: []rate.SubnetLimit{{PrefixLength: 32, Limit: fromOneAddress}},
			IPv6SubnetLimits: []rate.SubnetLimit{{PrefixLength: 128, Limit: fromOneAddress}},
			GracePeriod:      floodForget,
		}}),
		rcmgr.WithLimitPerSubnet(
			[]rcmgr.ConnLimitPerSubnet{{PrefixLength: everyAddress, ConnCount: maxMembers + maxWaiting}},
			[]rcmgr.ConnLimitPerSubnet{{PrefixLength: everyAddress, ConnCount: maxMembers + maxWaiting}}))
	if err != nil {
		return nil, err
	}
	return metered{m, mayOpen}, nil
}

// metered refuses streams that come too fast.
type metered struct {
	network.ResourceManager
	mayOpen func(peer.ID) bool
}

// OpenStream is called for every stream before it is served, its protocol unknown yet.
func (m metered) OpenStream(p peer.ID, dir network.Direction) (network.StreamManagementScope, error) {
	if dir == network.DirInbound && !m.mayOpen(p) {
		return nil, fmt.Errorf("%w: this machine opens too many streams", network.ErrResourceLimitExceeded)
	}
	return m.ResourceManager.OpenStream(p, dir)
}
