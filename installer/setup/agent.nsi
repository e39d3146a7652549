; The agent alone, for the machines on which flows run: for everybody who signs in there. `./dev package` makes it.
; Silent: /S, with /D=FOLDER as the last one. uninstall.exe: /S.
!include "common.nsh"
!include MUI2.nsh

Name "Nightshift agent"
OutFile "${OUT}"
RequestExecutionLevel admin
InstallDir "$PROGRAMFILES64\Nightshift Agent"
InstallDirRegKey HKLM "${ARP}\NightshiftAgent" "InstallLocation"
VIAddVersionKey /LANG=0 "ProductName" "Nightshift agent"
VIAddVersionKey /LANG=0 "FileDescription" "Nightshift agent set-up"

!define MUI_ICON "${RESOURCES}/icons/nightshift.ico"
!define MUI_UNICON "${RESOURCES}/icons/nightshift.ico"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

Section
  SetRegView 64
  SetShellVarContext all
  SetOutPath "$INSTDIR"
  !insertmacro Program "nightshift-agent.exe"
  !insertmacro Program "LICENSE.txt"
  Delete "$INSTDIR\setup.log"
  !insertmacro Tell '"$INSTDIR\nightshift-agent.exe" --install'
  ${If} $0 != 0
    SetErrorLevel 5 ; it does not start at sign-in
  ${EndIf}
  !insertmacro Register HKLM "NightshiftAgent" "Nightshift agent"
  WriteRegStr HKLM "${ARP}\NightshiftAgent" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${ARP}\NightshiftAgent" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
SectionEnd

Section "un.Agent"
  SetRegView 64
  SetShellVarContext all
  !insertmacro OnlyOfThisFolder "${RUN}" "NightshiftAgent"
  ${If} $0 != ""
    nsExec::Exec '"$INSTDIR\nightshift-agent.exe" --uninstall'
    Pop $0
  ${EndIf}
  !insertmacro ForgetProgram "nightshift-agent.exe"
  !insertmacro ForgetProgram "LICENSE.txt"
  Delete "$INSTDIR\setup.log"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKLM "${ARP}\NightshiftAgent"
SectionEnd
