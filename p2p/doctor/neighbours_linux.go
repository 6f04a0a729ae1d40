package doctor

import (
	"context"
	"net/netip"
	"os"
)

// neighbours lists who was asked for on this machine's IPv4 networks, and whether they answered; on one of them, if an
// interface is given.
func neighbours(_ context.Context, on *Interface) (map[netip.Addr]bool, error) {
	raw, err := os.ReadFile("/proc/thread-self/net/arp")
	if err != nil {
		return nil, err
	}
	name := ""
	if on != nil {
		name = on.Name
	}
	return readProcARP(string(raw), name), nil
}

// gateway is the router that leads out of the networks; invalid where there is none.
func gateway(_ context.Context, lans []Interface) netip.Addr {
	raw, err := os.ReadFile("/proc/thread-self/net/route")
	if err != nil {
		return netip.Addr{}
	}
	names := map[string]bool{}
	for _, i := range lans {
		names[i.Name] = true
	}
	return readProcRoute(string(raw), names)
}
