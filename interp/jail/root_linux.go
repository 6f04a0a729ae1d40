package jail

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// home is the only folder on a disk of its own.
const home = "/work"

// The size of that disk: it lives in memory and is not part of what the
// process is measured by.
var diskOptions = fmt.Sprintf("size=%d,nr_inodes=%d,mode=0755", maxDisk, maxEntries)

// ownRoot replaces the whole file system, for this process only, by an empty
// one in memory with nothing but an empty folder in it, and returns that folder.
func ownRoot(m Mode, dir string) (string, error) {
	if m == ModePlain {
		return "", errors.New("the system refuses namespaces")
	}
	// Nothing mounted here may show outside.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SLAVE, ""); err != nil {
		return "", fmt.Errorf("keep mounts to itself: %w", err)
	}
	at, err := mountDisk(dir)
	if err != nil {
		return "", err
	}
	if err := os.Chdir(at); err != nil {
		return "", fmt.Errorf("enter the new disk: %w", err)
	}
	// The old root is stacked on the new one and taken off again, so no folder
	// for it is needed; see pivot_root(2).
	if err := unix.PivotRoot(".", "."); err != nil {
		return "", fmt.Errorf("change the root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return "", fmt.Errorf("let go of the old root: %w", err)
	}
	if err := os.Chdir("/"); err != nil {
		return "", fmt.Errorf("enter the new root: %w", err)
	}
	if err := os.Mkdir(home, 0o777); err != nil {
		return "", fmt.Errorf("make the program's folder: %w", err)
	}
	// Mkdir is subject to the umask, and in ModeRoot the owner changes next.
	if err := os.Chmod(home, 0o777); err != nil {
		return "", fmt.Errorf("open the program's folder: %w", err)
	}
	return home, nil
}

// mountDisk mounts the disk on the program's folder or, if that cannot be
// reached by the user this process has become, on one that exists anywhere.
func mountDisk(dir string) (string, error) {
	var errs []error
	for _, at := range []string{dir, "/tmp", "/mnt", "/dev"} {
		err := unix.Mount("thirdspace", at, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, diskOptions)
		if err == nil {
			return at, nil
		}
		errs = append(errs, fmt.Errorf("mount a disk on %s: %w", at, err))
	}
	return "", errors.Join(errs...)
}
