// Package p2p is the part of ThirdSpace that knows about machines in a room, and nothing about courses, windows or
// running programs. It holds no code of its own; its packages are:
//
//   - wire: every message two machines exchange, its codec and its limits;
//   - identity: who a machine is (device key), and what a room says of it (membership certificate);
//   - discover: how a room is found on the lab's own network;
//   - ticket: the way to a room as people carry it by hand: a typed code, a link;
//   - doctor: why a room is not reached;
//   - link: one session of one room: the libp2p host, admission, pubsub, beats and coming back;
//   - journal: the signed log of each author and how logs are kept equal everywhere;
//   - doc: live documents, each with its owner's machine as authority;
//   - lab: networks made of namespaces, for tests;
//   - hostile: a machine that keeps to no rules, for tests.
//
// README.md beside this file is a table of every input and every limit on it.
//
// Dependencies point downwards in this list's order only in one sense: everything may use wire and identity, and
// nothing here imports thirdspace/app or thirdspace/interp.
package p2p
