//go:build !linux

package doctor

import (
	"context"
	"net/netip"
	"runtime"
)

// neighbours lists who was asked for on this machine's IPv4 networks, and whether they answered.
func neighbours(ctx context.Context) (map[netip.Addr]bool, error) {
	ctx, cancel := context.WithTimeout(ctx, reading)
	defer cancel()
	option := "-an"
	if runtime.GOOS == "windows" {
		option = "-a"
	}
	text, err := output(ctx, "arp", option)
	if err != nil {
		return nil, err
	}
	return readARP(text), nil
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
