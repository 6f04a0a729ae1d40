package jail

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Calls that x/sys does not have.
var (
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")
	advapi32 = windows.NewLazySystemDLL("advapi32.dll")

	getProcessMemoryInfo       = kernel32.NewProc("K32GetProcessMemoryInfo")
	setProcessMitigationPolicy = kernel32.NewProc("SetProcessMitigationPolicy")
	createRestrictedToken      = advapi32.NewProc("CreateRestrictedToken")
	isTokenRestricted          = advapi32.NewProc("IsTokenRestricted")
)

// disableMaxPrivilege takes all privileges from a restricted token but the one
// to follow paths (DISABLE_MAX_PRIVILEGE).
const disableMaxPrivilege = 0x1

// lowToken makes a token like this process's own, but without privileges, not of
// an administrator, and of low integrity. If it is restricted, it opens only
// what is open both to this person and to one of the identities every process
// has: what is the person's own is not.
//
// An app container, which would close the network too, cannot be had this way:
// it takes an attribute list that os/exec does not pass on, and the runner would
// have to lie where app containers may read.
func lowToken(restricted bool) (windows.Token, error) {
	var own windows.Token
	const rights = windows.TOKEN_DUPLICATE | windows.TOKEN_ASSIGN_PRIMARY | windows.TOKEN_QUERY | windows.TOKEN_ADJUST_DEFAULT
	if err := windows.OpenProcessToken(windows.CurrentProcess(), rights, &own); err != nil {
		return 0, fmt.Errorf("open the app's token: %w", err)
	}
	defer own.Close()
	disable, err := identities(windows.WinBuiltinAdministratorsSid, windows.WinBuiltinPowerUsersSid)
	if err != nil {
		return 0, err
	}
	var restrict []windows.SIDAndAttributes
	if restricted {
		restrict, err = identities(windows.WinWorldSid, windows.WinBuiltinUsersSid, windows.WinRestrictedCodeSid)
		if err != nil {
			return 0, err
		}
	}
	var t windows.Token
	ok, _, err := createRestrictedToken.Call(uintptr(own), disableMaxPrivilege,
		uintptr(len(disable)), uintptr(unsafe.Pointer(unsafe.SliceData(disable))), 0, 0,
		uintptr(len(restrict)), uintptr(unsafe.Pointer(unsafe.SliceData(restrict))), uintptr(unsafe.Pointer(&t)))
	if ok == 0 {
		return 0, fmt.Errorf("make a restricted token: %w", err)
	}
	if err := lower(t); err != nil {
		_ = t.Close()
		return 0, err
	}
	return t, nil
}

func identities(kinds ...windows.WELL_KNOWN_SID_TYPE) ([]windows.SIDAndAttributes, error) {
	var all []windows.SIDAndAttributes
	for _, k := range kinds {
		sid, err := windows.CreateWellKnownSid(k)
		if err != nil {
			return nil, fmt.Errorf("name an identity: %w", err)
		}
		all = append(all, windows.SIDAndAttributes{Sid: sid})
	}
	return all, nil
}

// lower makes a token one of low integrity.
func lower(t windows.Token) error {
	sid, err := windows.CreateWellKnownSid(windows.WinLowLabelSid)
	if err != nil {
		return fmt.Errorf("name low integrity: %w", err)
	}
	label := windows.Tokenmandatorylabel{Label: windows.SIDAndAttributes{Sid: sid, Attributes: windows.SE_GROUP_INTEGRITY}}
	if err := windows.SetTokenInformation(t, windows.TokenIntegrityLevel, (*byte)(unsafe.Pointer(&label)), label.Size()); err != nil {
		return fmt.Errorf("lower the token's integrity: %w", err)
	}
	return nil
}

// lookAtToken notes what holds of this process's token.
func (f *windowsFacts) lookAtToken() error {
	var t windows.Token
	if err := windows.OpenProcessToken(windows.CurrentProcess(), windows.TOKEN_QUERY, &t); err != nil {
		return fmt.Errorf("open the runner's token: %w", err)
	}
	defer t.Close()
	yes, _, _ := isTokenRestricted.Call(uintptr(t))
	f.restricted = yes != 0
	buf, err := tokenInformation(t, windows.TokenPrivileges)
	if err != nil {
		return err
	}
	f.privileges = int((*windows.Tokenprivileges)(unsafe.Pointer(&buf[0])).PrivilegeCount)
	if buf, err = tokenInformation(t, windows.TokenIntegrityLevel); err != nil {
		return err
	}
	sid := (*windows.Tokenmandatorylabel)(unsafe.Pointer(&buf[0])).Label.Sid
	f.integrity = sid.SubAuthority(uint32(sid.SubAuthorityCount()) - 1)
	return nil
}

func tokenInformation(t windows.Token, class uint32) ([]byte, error) {
	buf := make([]byte, 4096)
	n := uint32(len(buf))
	if err := windows.GetTokenInformation(t, class, &buf[0], n, &n); err != nil {
		return nil, fmt.Errorf("look at the runner's token: %w", err)
	}
	return buf, nil
}
