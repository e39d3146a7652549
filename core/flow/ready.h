/* Whether a flow can work on the session's desktop now: unlocked, with the input desktop, connected, and with a shell. Judged from facts, so that it
 * is tested without the session. Pure; any thread. https://learn.microsoft.com/windows/win32/api/wtsapi32/ns-wtsapi32-wtsinfoex_level1_w
 * (SessionFlags) https://learn.microsoft.com/windows/win32/winstation/desktops */
#ifndef NS_FLOW_READY_H
#define NS_FLOW_READY_H

#include <stdbool.h>

#include "model/session_rules.h"

typedef struct ns_desktop_facts {
    bool connected;
    ns_yes_no locked;       /* as the session's own flags say */
    ns_yes_no input;        /* the desktop that has the input could be opened */
    char desktop[64];       /* and its name; "" when not known */
    bool logon_ui;          /* LogonUI.exe runs in the session; elsewhere, a program that locks the screen */
    bool consent;           /* a prompt of User Account Control, or for a credential */
    bool legal_notice;      /* the machine's policy shows one at sign-in */
    bool shell_is_expected; /* the session's own shell is to be there, not the agent in its place */
    bool shell;             /* and is */
} ns_desktop_facts;

typedef enum ns_readiness {
    NS_DESKTOP_READY,
    NS_DESKTOP_DISCONNECTED,
    NS_DESKTOP_NOTICE,     /* the legal notice waits for an OK */
    NS_DESKTOP_CREDENTIAL, /* the sign-in screen asks for something more */
    NS_DESKTOP_LOCKED,
    NS_DESKTOP_CONSENT,
    NS_DESKTOP_OTHER, /* another desktop has the input: a screen saver's, or a program's own */
    NS_DESKTOP_SHELL, /* the shell is not there yet */
    NS_DESKTOP_STATES
} ns_readiness;

ns_readiness ns_desktop_judge(const ns_desktop_facts *facts);
/* What it is, as a phrase of one sentence; never NULL. */
const char *ns_readiness_words(ns_readiness state);
/* "ready", "locked" … as the agent sends it, and back: NS_DESKTOP_LOCKED for what is not known. */
const char *ns_readiness_name(ns_readiness state);
ns_readiness ns_readiness_parse(const char *name);
/* The result code of a flow that could not begin for it: SessionLocked or DesktopNotReady. */
const char *ns_readiness_code(ns_readiness state);

#endif
