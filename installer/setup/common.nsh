; What both set-up programs do.
Unicode true
Target amd64-unicode
!include LogicLib.nsh
!include FileFunc.nsh

SetCompressor /SOLID lzma
SetCompressorDictSize 64
SetDateSave off
AllowSkipFiles off ; what could not be written is no set-up
ManifestDPIAware true
ManifestSupportedOS all
BrandingText "Nightshift ${VERSION}"
VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 "CompanyName" "Nightshift"
VIAddVersionKey /LANG=0 "LegalCopyright" "Apache-2.0"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
!ifdef SIGN
  !uninstfinalize '"${SIGN}" "%1"'
!endif

!define ARP "Software\Microsoft\Windows\CurrentVersion\Uninstall"

; Puts a file aside that cannot be deleted. A program that runs may be renamed: it goes on as it was, and what was put aside before goes now if nothing
; runs it any more.
!macro PutAside NAME
  Delete "$INSTDIR\${NAME}.*.old"
  ${If} ${FileExists} "$INSTDIR\${NAME}"
    Delete "$INSTDIR\${NAME}"
    StrCpy $0 1
    ${DoWhile} ${FileExists} "$INSTDIR\${NAME}"
      ClearErrors
      Rename "$INSTDIR\${NAME}" "$INSTDIR\${NAME}.$0.old"
      IntOp $0 $0 + 1
      ${If} $0 > 99
        SetErrorLevel 4
        Abort "${NAME}"
      ${EndIf}
    ${Loop}
  ${EndIf}
!macroend

!macro Program NAME
  !insertmacro PutAside "${NAME}"
  File "${STAGE}/${NAME}"
!macroend

; Never the name itself at the next start of Windows: by then it may be installed again.
!macro ForgetProgram NAME
  !insertmacro PutAside "${NAME}"
  Delete /REBOOTOK "$INSTDIR\${NAME}.1.old"
  Delete /REBOOTOK "$INSTDIR\${NAME}.2.old"
!macroend

; Whether a command of the registry, in quotes or not, starts a program of this folder: $0 becomes it, or "".
!macro OnlyOfThisFolder KEY NAME
  ReadRegStr $0 HKLM "${KEY}" "${NAME}"
  StrLen $1 "$INSTDIR\"
  StrCpy $2 $0 1
  ${If} $2 == '"'
    StrCpy $2 $0 $1 1
  ${Else}
    StrCpy $2 $0 $1
  ${EndIf}
  ${If} $2 != "$INSTDIR\"
    StrCpy $0 ""
  ${EndIf}
!macroend
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"

; Starts a program of ours and waits: $0 becomes its exit code, or "error" where it did not start; a new file may be held for a moment by who looks for
; viruses in it. What it says of a failure stays in setup.log, for who has no window to read it.
!macro Tell COMMAND
  StrCpy $3 0
  ${Do}
    nsExec::ExecToStack '${COMMAND}'
    Pop $0
    Pop $1
    ${If} $0 != "error"
    ${OrIf} $3 > 4
      ${Break}
    ${EndIf}
    IntOp $3 $3 + 1
    Sleep 1000
  ${Loop}
  ${If} $0 != 0
    FileOpen $2 "$INSTDIR\setup.log" w
    FileWrite $2 '${COMMAND}: $0$\r$\n$1$\r$\n'
    FileClose $2
    DetailPrint "$0: $1"
  ${EndIf}
!macroend

; How Windows lists what is installed: https://learn.microsoft.com/windows/win32/msi/uninstall-registry-key
!macro Register ROOT KEY NAME
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr ${ROOT} "${ARP}\${KEY}" "DisplayName" "${NAME}"
  WriteRegStr ${ROOT} "${ARP}\${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr ${ROOT} "${ARP}\${KEY}" "Publisher" "Nightshift"
  WriteRegStr ${ROOT} "${ARP}\${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr ${ROOT} "${ARP}\${KEY}" "DisplayIcon" "$INSTDIR\uninstall.exe"
  WriteRegDWORD ${ROOT} "${ARP}\${KEY}" "NoModify" 1
  WriteRegDWORD ${ROOT} "${ARP}\${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/M=nightshift*.exe /S=0K /G=0" $0 $1 $2
  WriteRegDWORD ${ROOT} "${ARP}\${KEY}" "EstimatedSize" "$0"
!macroend
