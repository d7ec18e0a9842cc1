package io.policyengine.e2e.attack;

import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.TestConf;

/**
 * What is attacked, and how hard.
 *
 * @param envoy by way of which the engine is attacked
 * @param times by how much the figures of an attack are multiplied
 * @param requests requests of the good client for which an attack goes on
 */
record Target(AttackStack stack, EnvoyProcess envoy, Sockets sockets, GoodClient good, int times, int requests) {
    /** The same by way of another Envoy, which has a good client of its own. */
    Target at(EnvoyProcess other, GoodClient itsClient) {
        return new Target(stack, other, sockets, itsClient, times, requests);
    }

    /** A figure of the short form, or ten times that. */
    int figure(int ofTheShortForm) {
        return times * ofTheShortForm;
    }

    /** Waits for as long as an attack is to go on. */
    void hold() {
        good.awaitMore(requests);
    }

    /** Opens connections to Envoy. */
    Wave toEnvoy(int connections, byte[] says) {
        return sockets.open(envoy.port(), connections, says);
    }

    /** Opens connections to Envoy, each from another address than the one before. */
    Wave toEnvoyFromMany(int connections, byte[] says) {
        return sockets.openFromMany(envoy.port(), connections, says);
    }

    /** Sends so many requests to Envoy, each on a connection that is closed after the answer. */
    Wave flood(int requests, int atATime, byte[] says) {
        return sockets.flood(envoy.port(), requests, atATime, says);
    }

    /** Likewise, from many addresses. */
    Wave floodFromMany(int requests, int atATime, byte[] says) {
        return sockets.floodFromMany(envoy.port(), requests, atATime, says);
    }

    /** Opens connections to Envoy that read nothing of what they are answered. */
    Wave deafToEnvoy(int connections, byte[] says) {
        return sockets.openDeaf(envoy.port(), connections, says);
    }

    /** Opens connections to the engine's own port. */
    Wave toEngine(int connections, byte[] says) {
        return sockets.open(stack.engine().port(), connections, says);
    }

    /** Opens connections to the port of metrics, health and management API. */
    Wave toAdmin(int connections, byte[] says) {
        return sockets.open(stack.engine().metricsPort(), connections, says);
    }

    /** Waits until the files of the conf directory as they are now are in force. */
    void reload() {
        Eventually.isTrue("a reload", () -> {
            int status = stack.manage("POST", "/config:reload", "").status();
            return status == 200;
        });
    }

    /** The conf directory. */
    TestConf conf() {
        return stack.conf();
    }
}
