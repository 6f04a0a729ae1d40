//go:build !linux

package doctor

import (
	"context"
	"net/netip"
	"runtime"
)

// neighbours lists who was asked for on this machine's IPv4 networks, and whether they answered; on one of them, if an
// interface is given.
func neighbours(ctx context.Context, on *Interface) (map[netip.Addr]bool, error) {
	ctx, cancel := context.WithTimeout(ctx, reading)
	defer cancel()
	text, err := output(ctx, "arp", arpOptions(runtime.GOOS, on)...)
	if err != nil {
		return nil, err
	}
	return readARP(text), nil
}

// arpOptions ask for everyone, or for those on one interface, which Windows wants to be named by its address.
func arpOptions(system string, on *Interface) []string {
	if system != "windows" {
		if on != nil {
			return []string{"-an", "-i", on.Name}
		}
		return []string{"-an"}
	}
	if on != nil {
		for _, p := range on.Prefixes {
			if p.Addr().Is4() {
				return []string{"-a", "-N", p.Addr().String()}
			}
		}
	}
	return []string{"-a"}
}

// gateway is the router that leads out of the networks; invalid where there is none, or it is not on one of them.
func gateway(ctx context.Context, lans []Interface) netip.Addr {
	ctx, cancel := context.WithTimeout(ctx, reading)
	defer cancel()
	name, args := "netstat", []string{"-rn", "-f", "inet"}
	if runtime.GOOS == "windows" {
		name, args = "route", []string{"print", "-4"}
	}
	text, err := output(ctx, name, args...)
	if err != nil {
		return netip.Addr{}
	}
	if a := readDefaultRoute(text); a.IsValid() && onLink(lans, a) {
		return a
	}
	return netip.Addr{}
}
