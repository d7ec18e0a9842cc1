package io.policyengine.app.engine;

import io.policyengine.app.envoy.HostPort;

/**
 * The end of the log line that reports a ready kernel: the kernel's addresses, and commands that show it at work.
 *
 * @param listener the address or the socket for Envoy
 * @param adminAddress the address on which the admin port is open
 */
record ReadyLine(String listener, String adminAddress, int adminPort) {
    /** Returns the text for a configuration with the given number of route policies. */
    String of(int routes) {
        String admin = HostPort.ofListener(adminAddress, adminPort).text();
        return "it serves Envoy at " + listener + " with " + routes
                + (routes == 1 ? " route policy" : " route policies")
                + "; admin page: http://" + admin + "/ui/; to see what happens to requests: `policy-engine explain"
                + " --follow --admin " + admin + "`, or `policy-engine top --admin " + admin + "`";
    }
}
