package listen

import (
	"bufio"
	"encoding/hex"
	"io/fs"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
)

// procs reads from a /proc of Linux which process listens where. Everything
// it cannot read is "not known".
type procs struct{ fs fs.FS }

// socket is a listening TCP socket.
type socket struct {
	addr  netip.AddrPort
	inode string
}

// holder names the process that listens on addr, or on all addresses.
func (p procs) holder(addr netip.AddrPort) string {
	for _, s := range p.listening() {
		same := s.addr.Addr() == addr.Addr() || s.addr.Addr().IsUnspecified() || addr.Addr().IsUnspecified()
		if s.addr.Port() == addr.Port() && same {
			if pid := p.owner(s.inode); pid != "" {
				return p.name(pid)
			}
		}
	}
	return ""
}

// sharesLoopback tells whether two processes listen on the port, one on each
// loopback address, and names both.
func (p procs) sharesLoopback(port uint16) (four, six string, shared bool) {
	var owner [2]string
	for _, s := range p.listening() {
		for i, loopback := range []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()} {
			wild := s.addr.Addr().IsUnspecified() && s.addr.Addr().Is4() == loopback.Is4()
			if s.addr.Port() == port && (s.addr.Addr() == loopback || wild && owner[i] == "") {
				owner[i] = p.owner(s.inode)
			}
		}
	}
	if owner[0] == "" || owner[1] == "" || owner[0] == owner[1] {
		return "", "", false
	}
	return p.name(owner[0]), p.name(owner[1]), true
}

// listening lists the listening sockets of /proc/net/tcp and tcp6.
func (p procs) listening() []socket {
	var list []socket
	for _, name := range []string{"net/tcp", "net/tcp6"} {
		file, err := p.fs.Open(name)
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			fields := strings.Fields(lines.Text())
			if len(fields) < 10 || fields[3] != "0A" { // TCP_LISTEN
				continue
			}
			if addr, ok := parseProcAddr(fields[1]); ok {
				list = append(list, socket{addr, fields[9]})
			}
		}
		file.Close()
	}
	return list
}

// parseProcAddr reads 0100007F:1130: the address as 32-bit words in the byte
// order of the machine, which is little-endian wherever this is read.
func parseProcAddr(text string) (netip.AddrPort, bool) {
	address, port, _ := strings.Cut(text, ":")
	raw, err := hex.DecodeString(address)
	n, portErr := strconv.ParseUint(port, 16, 16)
	if err != nil || portErr != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for word := range slices.Chunk(raw, 4) {
		slices.Reverse(word)
	}
	ip, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(ip, uint16(n)), ok
}

// owner finds the process that has the socket open.
func (p procs) owner(inode string) string {
	want := "socket:[" + inode + "]"
	entries, err := fs.ReadDir(p.fs, ".")
	if err != nil {
		return ""
	}
	for _, entry := range entries {
		if _, err := strconv.Atoi(entry.Name()); err != nil {
			continue
		}
		dir := path.Join(entry.Name(), "fd")
		open, _ := fs.ReadDir(p.fs, dir)
		for _, fd := range open {
			if link, err := fs.ReadLink(p.fs, path.Join(dir, fd.Name())); err == nil && link == want {
				return entry.Name()
			}
		}
	}
	return ""
}

func (p procs) name(pid string) string {
	comm, err := fs.ReadFile(p.fs, path.Join(pid, "comm"))
	if err != nil {
		return "process " + pid
	}
	return strconv.QuoteToASCII(strings.TrimSpace(string(comm))) + " (process " + pid + ")"
}
