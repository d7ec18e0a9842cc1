package io.policyengine.app.engine;

import io.policyengine.app.envoy.HostPort;

/**
 * The end of the last log line of a kernel's start: where the kernel serves, and which commands show it at work.
 *
 * @param listener the address or the socket for Envoy
 * @param adminAddress the address on which the admin port is open
 */
record ReadyLine(String listener, String adminAddress, int adminPort) {
    /** Returns the text for a configuration with this number of route policies. */
    String of(int routes) {
        String admin = HostPort.ofListener(adminAddress, adminPort).text();
        return "it serves Envoy at " + listener + " with " + routes
                + (routes == 1 ? " route policy" : " route policies")
                + "; admin page: http://" + admin + "/ui/; to see what happens to requests: `policy-engine explain"
                + " --follow --admin " + admin + "`, or `policy-engine top --admin " + admin + "`";
    }
}
