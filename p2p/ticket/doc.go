// Package ticket is the way to a room as a person carries it from the teacher's screen to their own: typed, scanned or
// pasted. It comes in three forms, and [Read] takes all of them:
//
//   - an address, 192.168.1.20:47113;
//   - a code, 008M-Y1SK-M66N: address, port and a mark of the host's key in 12 to 18 characters that a child can read
//     from a projector and type, with a check that notices a slip before anything is sent;
//   - a link, thirdspace://192.168.1.20:47113/<peer id>/<room id>, which also has the other addresses and the whole key.
//     It is what a QR code shows and what can be printed or pasted.
//
// None of them lets anybody in: they say where a room is and whose it is. The room code is asked for all the same, unless
// the teacher had it put into the link.
//
// # The code
//
// Its characters are Crockford's base 32: digits and letters without I, L, O and U, of either case, in groups whose
// separators mean nothing; I and L are read as 1, O as 0. The last is a check, the sum over GF(32) of each character times
// a power of its own of a generator, so that any one wrong character and any two that have changed places are noticed, and
// one of 31 of all other slips is not. What is missing or doubled is noticed by the length, which the first character
// decides. Before it stand these bits, the highest first:
//
//	1   version, 0
//	2   form of the address: 0 for 192.168/16, 1 for 172.16/12, 2 for 10/8, 3 for any other
//	1   whether a port follows; without one it is 47113
//	16, 20, 24 or 32  of the IPv4 address, what its form leaves open
//	16  the port, if one follows
//	32 to 36  of the host's mark, so that the whole fills the last character
//
// The mark is the beginning of Argon2id (RFC 9106) over the host's peer id: one pass over 16 MiB, salt "thirdspace host
// mark". To pass itself off as the host of a code, a machine has to find a key with the same 32 bits; the slow hash makes
// that a year or two of one processor, where a fast one would make it an afternoon.
package ticket
