; The set-up program. `./dev package` makes it: makensis -DVERSION=… -DSTAGE=… -DPAGES=… -DOUT=…
; For one user without rights, or for everybody as an administrator. Silent: /S with
;   /CurrentUser | /AllUsers    for whom (else as it was before, or for everybody where that may be)
;   /NOMENU /NOPATH             without the Start menu, without nightshiftctl on PATH
;   /AGENT                      with the agent for everybody who signs in to this computer (with /AllUsers)
;   /D=FOLDER                   where to, the first time; the last one, without quotes
; The worker as a service asks for a password, and is set up from the window, or afterwards by `nightshiftctl worker --install-service --password-stdin`.
; uninstall.exe: /S, and /REMOVESTORE to remove the machines, passwords and runs of this user as well.
!include "common.nsh"
!include "Sections.nsh"

Name "Nightshift"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Nightshift" ; so that a folder that is chosen gets the name appended
VIAddVersionKey /LANG=0 "ProductName" "Nightshift"
VIAddVersionKey /LANG=0 "FileDescription" "Nightshift set-up"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_INSTDIR "Nightshift"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "Software\Nightshift\Setup"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "Folder"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "Software\Nightshift\Setup"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "Folder"
!include MultiUser.nsh
!include MUI2.nsh

!define MUI_ICON "${RESOURCES}/icons/nightshift.ico"
!define MUI_UNICON "${RESOURCES}/icons/nightshift.ico"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartAsUser
!define MUI_FINISHPAGE_RUN_TEXT "$(START)"
!define MUI_FINISHPAGE_TEXT "$(DONE)"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!define MUI_PAGE_CUSTOMFUNCTION_PRE OfferForEverybody
!insertmacro MUI_PAGE_COMPONENTS
!define MUI_PAGE_CUSTOMFUNCTION_PRE KeepFolder
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString START ${LANG_ENGLISH} "Start Nightshift"
LangString START ${LANG_GERMAN} "Nightshift starten"
LangString DONE ${LANG_ENGLISH} "Nightshift ${VERSION} is installed. A Nightshift that was running goes on as it was; close it and start it again to have the new one."
LangString DONE ${LANG_GERMAN} "Nightshift ${VERSION} ist installiert. Ein Nightshift, das gerade lief, läuft weiter wie zuvor; schließen Sie es und starten Sie es neu, um das neue zu haben."
LangString MENU ${LANG_ENGLISH} "Start menu"
LangString MENU ${LANG_GERMAN} "Startmenü"
LangString COMMAND ${LANG_ENGLISH} "nightshiftctl on PATH"
LangString COMMAND ${LANG_GERMAN} "nightshiftctl im PATH"
LangString WORKER ${LANG_ENGLISH} "Worker as a service"
LangString WORKER ${LANG_GERMAN} "Worker als Dienst"
LangString AGENT ${LANG_ENGLISH} "Agent on this computer"
LangString AGENT ${LANG_GERMAN} "Agent auf diesem Computer"
LangString ABOUT_PROGRAM ${LANG_ENGLISH} "The console, nightshiftctl, and the guide."
LangString ABOUT_PROGRAM ${LANG_GERMAN} "Die Konsole, nightshiftctl und das Handbuch."
LangString ABOUT_COMMAND ${LANG_ENGLISH} "The command line is found from any prompt."
LangString ABOUT_COMMAND ${LANG_GERMAN} "Die Befehlszeile wird in jeder Eingabeaufforderung gefunden."
LangString ABOUT_WORKER ${LANG_ENGLISH} "Carries out queued runs while nobody is signed in here. Asks for the password of the user whose store it works on. For all users only."
LangString ABOUT_WORKER ${LANG_GERMAN} "Führt eingereihte Läufe aus, während hier niemand angemeldet ist. Fragt nach dem Kennwort des Benutzers, dessen Daten er bearbeitet. Nur für alle Benutzer."
LangString ABOUT_AGENT ${LANG_ENGLISH} "Only where flows are to run on this very computer. Starts at every sign-in. For all users only."
LangString ABOUT_AGENT ${LANG_GERMAN} "Nur wo Flows auf eben diesem Computer laufen sollen. Startet bei jeder Anmeldung. Nur für alle Benutzer."
LangString STORE ${LANG_ENGLISH} "My machines, passwords and runs, too"
LangString STORE ${LANG_GERMAN} "Auch meine Maschinen, Kennwörter und Läufe"
LangString ABOUT_STORE ${LANG_ENGLISH} "Removes %LOCALAPPDATA%\Nightshift. That cannot be undone."
LangString ABOUT_STORE ${LANG_GERMAN} "Entfernt %LOCALAPPDATA%\Nightshift. Das kann nicht rückgängig gemacht werden."

Section "Nightshift" SecProgram
  SectionIn RO
  SetOutPath "$INSTDIR"
  Delete "$INSTDIR\setup.log"
  !insertmacro Program "nightshift.exe"
  !insertmacro Program "nightshiftctl.exe"
  !insertmacro Program "nightshift-runner.exe"
  !insertmacro Program "nightshift-agent.exe"
  !insertmacro Program "LICENSE.txt"
  SetOutPath "$INSTDIR\guide"
  File "${STAGE}/guide/*.html"
  SetOutPath "$INSTDIR"
  WriteRegStr SHCTX "Software\Nightshift\Setup" "Folder" "$INSTDIR"
  !insertmacro Register SHCTX "Nightshift" "Nightshift"
  WriteRegStr SHCTX "${ARP}\Nightshift" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${ARP}\Nightshift" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
SectionEnd

Section "$(MENU)" SecMenu
  CreateShortCut "$SMPROGRAMS\Nightshift.lnk" "$INSTDIR\nightshift.exe"
SectionEnd

Section "$(COMMAND)" SecPath
  ${If} $MultiUser.InstallMode == "AllUsers"
    !insertmacro Tell '"$INSTDIR\nightshiftctl.exe" path add --everybody'
  ${Else}
    !insertmacro Tell '"$INSTDIR\nightshiftctl.exe" path add'
  ${EndIf}
  ${If} $0 != 0
    SetErrorLevel 3 ; all but this is done
  ${EndIf}
SectionEnd

; It asks in a window of its own: a password does not go through here.
Section /o "$(WORKER)" SecWorker
  ${If} $MultiUser.InstallMode == "AllUsers"
  ${AndIfNot} ${Silent}
    ExecWait '"$SYSDIR\cmd.exe" /c ""$INSTDIR\nightshiftctl.exe" worker --install-service || pause"'
  ${EndIf}
SectionEnd

Section /o "$(AGENT)" SecAgent
  ${If} $MultiUser.InstallMode == "AllUsers"
    !insertmacro Tell '"$INSTDIR\nightshift-agent.exe" --install'
    ${If} $0 != 0
      SetErrorLevel 5 ; it does not start at sign-in
    ${EndIf}
  ${EndIf}
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SecProgram} "$(ABOUT_PROGRAM)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SecPath} "$(ABOUT_COMMAND)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SecWorker} "$(ABOUT_WORKER)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SecAgent} "$(ABOUT_AGENT)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; Service and agent are the computer's: one user alone cannot choose them.
!macro Offer SECTION
  ${If} $MultiUser.InstallMode == "AllUsers"
    !insertmacro ClearSectionFlag ${SECTION} ${SF_RO}
  ${Else}
    !insertmacro UnselectSection ${SECTION}
    !insertmacro SetSectionFlag ${SECTION} ${SF_RO}
  ${EndIf}
!macroend

Function OfferForEverybody
  !insertmacro Offer ${SecWorker}
  !insertmacro Offer ${SecAgent}
FunctionEnd

; Not with the set-up's own rights.
Function StartAsUser
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\nightshift.exe"'
FunctionEnd

; What is there is brought up to date where it is.
Function KeepFolder
  ReadRegStr $0 SHCTX "Software\Nightshift\Setup" "Folder"
  ${If} $0 != ""
    StrCpy $INSTDIR $0
    Abort
  ${EndIf}
FunctionEnd

Function .onInit
  SetRegView 64
  ${GetParameters} $R0
  ; Nobody is there to read why everybody's needs an administrator.
  UserInfo::GetAccountType
  Pop $R2
  ClearErrors
  ${GetOptions} $R0 "/AllUsers" $R1
  ${IfNot} ${Errors}
  ${AndIf} ${Silent}
  ${AndIf} $R2 != "Admin"
    SetErrorLevel 5
    Quit
  ${EndIf}
  StrCpy $R3 $INSTDIR ; /D=
  !insertmacro MULTIUSER_INIT
  ${If} $R3 != "$PROGRAMFILES64\Nightshift"
    StrCpy $INSTDIR $R3
  ${EndIf}
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/NOMENU" $R1
  ${IfNot} ${Errors}
    !insertmacro UnselectSection ${SecMenu}
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/NOPATH" $R1
  ${IfNot} ${Errors}
    !insertmacro UnselectSection ${SecPath}
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/AGENT" $R1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${SecAgent}
  ${EndIf}
FunctionEnd

Section "un.Nightshift" UnProgram
  SectionIn RO
  ; The service and the agent, where they are those of this folder.
  !insertmacro OnlyOfThisFolder "SYSTEM\CurrentControlSet\Services\NightshiftWorker" "ImagePath"
  ${If} $0 != ""
    nsExec::Exec '"$SYSDIR\sc.exe" stop NightshiftWorker'
    Pop $0
    nsExec::Exec '"$SYSDIR\sc.exe" delete NightshiftWorker'
    Pop $0
  ${EndIf}
  !insertmacro OnlyOfThisFolder "${RUN}" "NightshiftAgent"
  ${If} $0 != ""
    nsExec::Exec '"$INSTDIR\nightshift-agent.exe" --uninstall'
    Pop $0
  ${EndIf}
  ${If} $MultiUser.InstallMode == "AllUsers"
    nsExec::Exec '"$INSTDIR\nightshiftctl.exe" path remove --everybody'
  ${Else}
    nsExec::Exec '"$INSTDIR\nightshiftctl.exe" path remove'
  ${EndIf}
  Pop $0
  Delete "$SMPROGRAMS\Nightshift.lnk"
  !insertmacro ForgetProgram "nightshift.exe"
  !insertmacro ForgetProgram "nightshiftctl.exe"
  !insertmacro ForgetProgram "nightshift-runner.exe"
  !insertmacro ForgetProgram "nightshift-agent.exe"
  !insertmacro ForgetProgram "LICENSE.txt"
  !include "${PAGES}" ; each page by its name
  RMDir "$INSTDIR\guide"
  Delete "$INSTDIR\setup.log"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey SHCTX "${ARP}\Nightshift"
  DeleteRegKey SHCTX "Software\Nightshift\Setup"
  DeleteRegKey HKCU "Software\Nightshift\Console" ; how the windows were arranged
  DeleteRegKey /ifempty SHCTX "Software\Nightshift"
  DeleteRegKey /ifempty HKCU "Software\Nightshift"
SectionEnd

Section /o "un.$(STORE)" UnStore
  SetShellVarContext current
  RMDir /r "$LOCALAPPDATA\Nightshift"
SectionEnd

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${UnStore} "$(ABOUT_STORE)"
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

Function un.onInit
  SetRegView 64
  StrCpy $R3 $INSTDIR ; where this one lies, whatever else is installed
  !insertmacro MULTIUSER_UNINIT
  StrCpy $INSTDIR $R3
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/REMOVESTORE" $R1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${UnStore}
  ${EndIf}
FunctionEnd
