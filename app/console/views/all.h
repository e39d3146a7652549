/* One line for each view, in the order of the navigation. Included where each is to be named. */
VIEW(machines)
VIEW(groups)
VIEW(preflight)
VIEW(runs)
VIEW(sessions)
VIEW(connections)
VIEW(flows)
VIEW(activity)
