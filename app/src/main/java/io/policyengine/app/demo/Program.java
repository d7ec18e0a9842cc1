package io.policyengine.app.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;

/**
 * A program that an example needs beside the engine.
 *
 * @param name for people, and of its log
 * @param command is run in the folder of the configuration
 * @param port on which it listens on the loopback once it is ready; who listens there already takes its place
 */
record Program(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) List<String> command,
        @JsonProperty(required = true) int port) {
    /** True if somebody listens on its port. */
    boolean listensBlocking() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
