#include "model/finding.h"

#include <string.h>

#include "base/platform.h"

static const ns_finding_code rows[] = {
    {"ScreenSizeDiffers", "The session's screen has another size than the settings ask for.",
     "A kept session may keep its size: sign it out, and the next run begins one of the right size. Else ask for a size that the machine can give."},
    {"ScreenScaleDiffers", "The session's scale is another than the settings ask for.",
     "Windows takes the scale only when a session begins: sign a kept session out. xrdp has no scale of its own."},
    {"ScreenDepthDiffers", "The session's colour depth is another than the settings ask for.", "Ask for a depth that the machine can give."},
    {"KeptSessionElsewhere", "A session that an earlier run kept was not looked at: the machine's name leads to another address now.",
     "If both addresses are one machine, or the first has no machine any more, forget it (nightshiftctl session forget). If they are two machines "
     "behind one name, list each under its own."},
    {"KeptSessionGone", "The session that an earlier run kept was not there any more; a new one was begun.",
     "The machine was restarted, or a policy or somebody signed it out. Look for \"Set time limit for disconnected sessions\"."},
    {"SessionReconnected", "The connection was lost during the run and came back to the same session.",
     "Look for what broke the network in that moment."},
    {"OtherUserSignedIn", "Another user signed in to the machine during the run.",
     "Windows 10 and 11 take the screen from the run for that. Keep people off machines that run unattended."},
    {"FlowLeftProcesses", "The flow ended and left processes behind.", "Let the flow close what it opens."},
    {"DesktopLost", "The desktop could not be used in the middle of the flow.",
     "Find out who or what locked, covered or disconnected it then: what the flow clicked and typed went nowhere."},
    {"SignOutHeldUp", "Programs held the sign-out up.", "Let the flow close what it opens, and answer what they ask."},
    {"OutputEncoding", "The flow's output was not UTF-8.",
     "If it does not read well, give the flow its encoding (--encoding); the bytes are kept "
     "as they came (nightshiftctl run output ID --raw)."},
    {"ArtifactsMissing", "Not every file that the flow's patterns name was brought back.",
     "See those that came with: nightshiftctl run artifacts ID. A run brings back 200 files and 200 MB; let the flow close what it writes."},
    {"NoArtifacts", "No file that changed while the flow ran is as its patterns say.",
     "Look at the flow's patterns, and at the working folder where they begin."},
    {"FlowLeftOutside", "Programs began while the flow ran, and outlived it: none that it started itself, but such as Excel by COM.",
     "Let the flow quit what it uses (Excel: Quit, and let go of every object). In a kept session the next run finds them."},
    {"AgentElevated", "The agent runs with administrator rights, and so does the flow.",
     "Unattended runs need none: take the account out of Administrators, or turn User Account Control on."},
    {"AgentOtherVersion", "The agent on the machine is of another version than this Nightshift.", "Install the agent that belongs to this version."},
    {"SessionLeft", "The session could not be seen to be gone.", "See it under Sessions, and sign it out there (nightshiftctl session signout)."},
    {"SessionAlreadyGone", "The session was not there any more.", ""},
    {"ScreenshotByAgent", "The picture was taken inside the session, because none came over the connection.", ""},
};

const ns_finding_code *ns_finding_code_find(const char *code) {
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++)
        if (strcmp(rows[i].code, code) == 0)
            return &rows[i];
    return NULL;
}

const ns_finding_code *ns_finding_code_at(size_t index) {
    return index < NS_COUNT_OF(rows) ? &rows[index] : NULL;
}
