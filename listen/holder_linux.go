package listen

import (
	"net/netip"
	"os"
)

func holderOf(addr string) string {
	parsed, err := netip.ParseAddrPort(addr)
	if err != nil {
		return ""
	}
	return procs{os.DirFS("/proc")}.holder(parsed)
}

// twoOnLocalhost names the two processes that share a port of localhost.
func twoOnLocalhost(port int) (four, six string, shared bool) {
	return procs{os.DirFS("/proc")}.sharesLoopback(uint16(port))
}
