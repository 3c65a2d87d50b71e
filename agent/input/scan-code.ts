/**
 * XT scan codes of the QEMU extended key event (0xE0-prefixed ones have bit 7 set) to the keycodes of Linux X servers,
 * which are evdev codes plus 8. The plain codes are the same in evdev.
 */
const LAST_PLAIN = 0x58;
const EXTENDED: Readonly<Record<number, number>> = {
  156: 96, // KP_Enter
  157: 97, // right Control
  181: 98, // KP_Divide
  183: 99, // Print
  184: 100, // right Alt
  199: 102, // Home
  200: 103, // Up
  201: 104, // Page Up
  203: 105, // Left
  205: 106, // Right
  207: 107, // End
  208: 108, // Down
  209: 109, // Page Down
  210: 110, // Insert
  211: 111, // Delete
  219: 125, // left Super
  220: 126, // right Super
  221: 127, // Menu
};

/** 0 when the place is not known. */
export function keycodeOfScanCode(scanCode: number): number {
  const evdev = scanCode > 0 && scanCode <= LAST_PLAIN ? scanCode : EXTENDED[scanCode];
  return evdev === undefined ? 0 : evdev + 8;
}
