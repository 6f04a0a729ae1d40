package doctor

import "testing"

func TestTwoFirewalls(t *testing.T) {
	open, shut := Firewall{Name: "nftables", State: FirewallOpen}, Firewall{Name: "iptables", State: FirewallShut, Command: "x"}
	off := Firewall{Name: "iptables", State: FirewallOff, Out: FirewallShut, OutRule: "y"}
	if f := open.with(shut); f != shut {
		t.Errorf("%+v", f)
	}
	if f := shut.with(open); f != shut {
		t.Errorf("%+v", f)
	}
	if f := open.with(off); f.State != FirewallOpen || f.Name != "nftables" || f.OutRule != "y" {
		t.Errorf("%+v", f)
	}
}
