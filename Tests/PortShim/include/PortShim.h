// Has libserialport take pseudo-terminals for serial ports, within the program that this is linked into.
//
// Version 0.1.1 looks for a port below /sys/class/tty, where pseudo-terminals are not, and asks for modem lines,
// which they do not have. The functions of the C library that it calls for that are replaced here; they answer
// for pseudo-terminals and pass everything else on.
#pragma once

// Has ports look like those of a USB device whose attributes (idVendor, product, ...) are files in a folder;
// NULL has them be plain again. The folder's name is kept, not copied.
void port_shim_set_usb_folder(const char *folder);

// How often a process has looked at the modem lines of a pseudo-terminal through the replaced functions.
int port_shim_modem_calls(void);

// Has the calling thread open files as another user (setfsuid); the user of before is returned.
int port_shim_set_file_user(int user);
