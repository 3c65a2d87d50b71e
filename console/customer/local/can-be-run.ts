/**
 * Endings of files that do something when they are opened: programs, installers, scripts, shortcuts, images of disks
 * with such inside, and documents with macros. Much as Chromium's and Windows' own lists of dangerous kinds.
 */
const ENDINGS = new Set(
  [
    'appref-ms appx appxbundle bat chm cmd com cpl dll exe gadget hta inf ins iso img jar jnlp js jse lnk msc msi msix',
    'msixbundle msp pif ps1 psm1 reg scf scr sct settingcontent-ms sys url vb vbe vbs vhd vhdx wsc wsf wsh xll',
    'app command dmg mpkg pkg scpt terminal tool workflow',
    'appimage bash csh deb desktop flatpakref ksh out pl py rpm run sh snap so zsh',
    'apk docm dotm potm ppam ppsm pptm sldm xlam xlsm xltm',
  ].flatMap((kinds) => kinds.split(' ')),
);

/** By its last ending, which is what systems choose by: `invoice.pdf.exe` is a program. */
export function canBeRun(name: string): boolean {
  const ending = /\.([^.]+)$/.exec(name.trim().toLowerCase())?.[1];
  return ending !== undefined && ENDINGS.has(ending);
}
