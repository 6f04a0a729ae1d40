package discover

import (
	"errors"
	"fmt"
	"net"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// family of addresses, named as package net does.
type family string

const (
	ipv4Family family = "udp4"
	ipv6Family family = "udp6"
)

var families = []family{ipv4Family, ipv6Family}

// mdnsPort and the groups are those of RFC 6762 §3.
const mdnsPort = 5353

// group is the address of the multicast DNS group on an interface.
func (f family) group(i net.Interface) *net.UDPAddr {
	if f == ipv4Family {
		return &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: mdnsPort}
	}
	return &net.UDPAddr{IP: net.ParseIP("ff02::fb"), Port: mdnsPort, Zone: i.Name}
}

// askingSocket is an ordinary socket, on a port of its own, whose multicast leaves through the interface.
func askingSocket(f family, i net.Interface) (*net.UDPConn, error) {
	c, err := net.ListenUDP(string(f), nil)
	if err != nil {
		return nil, fmt.Errorf("open a socket for %s: %w", i.Name, err)
	}
	return prepared(c, f, i)
}

// groupSocket is a socket on the multicast DNS port that hears the group on the interface. The port is shared with every
// other program that speaks multicast DNS.
func groupSocket(f family, i net.Interface) (*net.UDPConn, error) {
	c, err := net.ListenMulticastUDP(string(f), &i, f.group(i))
	if err != nil {
		return nil, fmt.Errorf("join the multicast group on %s: %w", i.Name, err)
	}
	return prepared(c, f, i)
}

// prepared sets what is sent to the group on its way: through the interface, to this machine's other programs, too, and
// with the hop limit that RFC 6762 §11 wants.
func prepared(c *net.UDPConn, f family, i net.Interface) (*net.UDPConn, error) {
	var err error
	if f == ipv4Family {
		p := ipv4.NewPacketConn(c)
		err = errors.Join(p.SetMulticastInterface(&i), p.SetMulticastTTL(255), p.SetMulticastLoopback(true))
	} else {
		p := ipv6.NewPacketConn(c)
		err = errors.Join(p.SetMulticastInterface(&i), p.SetMulticastHopLimit(255), p.SetMulticastLoopback(true))
	}
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("send multicast through %s: %w", i.Name, err)
	}
	return c, nil
}

// sendToGroup sends one packet to everyone on the adapter's network, in each family it speaks. As RFC 6762 §6 wants of an
// answer nobody asked for, it comes from the multicast DNS port.
func sendToGroup(a adapter, packet []byte) error {
	var failed error
	for _, f := range families {
		if !a.speaks(f) {
			continue
		}
		c, err := groupSocket(f, a.iface)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		if _, err := c.WriteToUDP(packet, f.group(a.iface)); err != nil {
			failed = errors.Join(failed, fmt.Errorf("send to everyone on %s: %w", a.iface.Name, err))
		}
		c.Close()
	}
	return failed
}
