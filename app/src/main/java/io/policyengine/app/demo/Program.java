package io.policyengine.app.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;

/**
 * A program that an example needs in addition to the engine.
 *
 * @param name of the program in messages, and of its log
 * @param command run in the directory of the configuration
 * @param port loopback port on which the program listens when ready; if the port is already in use, the program is not
 *     started
 */
record Program(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) List<String> command,
        @JsonProperty(required = true) int port) {
    boolean listensBlocking() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
