/**
 * Endings of files that do something when they are opened: programs, installers, scripts, shortcuts, settings, images of
 * disks with such inside, and documents with macros or programs. Much as what Chromium and Outlook hold to be dangerous.
 */
const ENDINGS = new Set(
  [
    // Windows
    'appcontent-ms appinstaller application appref-ms appx appxbundle bas bat cab cer chi chm cmd com cpl crt der diagcab dll drv efi',
    'exe fon fxp gadget grp hlp hta htc htt inf ini ins isp job jse lnk mmc mof msc msh msh1 msh1xml msh2 msh2xml mshxml msi',
    'msix msixbundle msp mst msu ocx ops osd partial pif ppkg prf prg ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psm1 rdp reg rgs scf scr sct',
    'search-ms searchconnector-ms library-ms settingcontent-ms shb shs sys theme themepack deskthemepack u3p url vb vbe vbs vbscript',
    'vsto webpnp website ws wsc wsf wsh xbap xnk xrm-ms',
    // macOS
    'action app caction command definition dylib fileloc inetloc kext mobileconfig mpkg osas osax pkg prefpane saver scpt scptd',
    'terminal tool webloc wflow workflow xip',
    // Linux
    'appimage bash bin csh deb desktop elf fish flatpak flatpakref flatpakrepo ksh mount out rpm run service sh snap so tcsh zsh',
    // anywhere
    'air apk class crx dex jar jnlp js mjs nse oxt pl pm py pyc pyd pyo pyw pyz pyzw rb swf xpi',
    // images of disks
    'cdr daa dmg img imgpart iso mds nrg smi sparsebundle sparseimage toast udf vhd vhdx vmdk',
    // documents
    'accda accdb accde accdr ade adp docm dotm iqy mad maf mam maq mda mdb mde one onepkg potm ppa ppam ppsm pptm sldm slk wll',
    'xla xlam xll xlsb xlsm xltm xlw',
  ].flatMap((kinds) => kinds.split(' ')),
);

/** By its last ending, which is what systems choose by: `invoice.pdf.exe` is a program, and `invoice.exe.` becomes one. */
export function canBeRun(name: string): boolean {
  const ending = /\.([^.]+?)[.\s]*$/.exec(name.toLowerCase())?.[1];
  return ending !== undefined && ENDINGS.has(ending);
}
