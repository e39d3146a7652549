/* What nightshift-agent does when it is called by hand or by a set-up program: it installs itself, and says how it is installed. */
#ifndef NS_AGENT_COMMAND_H
#define NS_AGENT_COMMAND_H

/* The exit code; -1 when the words ask for the agent itself. */
int command(int argc, char **argv);

#endif
