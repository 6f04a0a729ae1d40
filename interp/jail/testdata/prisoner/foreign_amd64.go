package main

// int80 makes a system call through the interface for 32-bit programs.
func int80()
