package io.policyengine.testkit.bypass;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** Sends octets over HTTP/1.1 and reads the status of the response. */
final class Http1Client {
    /** Milliseconds to wait for further responses, since the octets may contain several requests. */
    private static final int LINGER_MS = 150;

    private static final int END_OF_HEAD = 4;

    private Http1Client() {}

    /** Returns the status of the first final response, or 0 if none arrives in time. */
    static int sendBlocking(String host, int port, BypassRequest wire, int timeoutMs) throws IOException {
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(timeoutMs);
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(wire.http1().getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            int status = statusBlocking(in);
            while (status >= 100 && status < 200 && status != 101) {
                status = statusBlocking(in);
            }
            if (!wire.raw().isEmpty()) {
                socket.setSoTimeout(LINGER_MS);
                drainBlocking(in);
            }
            return status;
        }
    }

    private static int statusBlocking(InputStream in) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        try {
            int newlines = 0;
            for (int octet = in.read();
                    octet >= 0 && newlines < END_OF_HEAD;
                    octet = newlines < END_OF_HEAD ? in.read() : -1) {
                head.write(octet);
                newlines = octet == '\r' || octet == '\n' ? newlines + 1 : 0;
            }
        } catch (IOException silent) {
            // The response is missing or incomplete.
        }
        String[] line = head.toString(ISO_8859_1).split(" ", 3);
        return line.length > 1 && line[0].startsWith("HTTP/1.") && line[1].matches("[1-9][0-9]{2}")
                ? Integer.parseInt(line[1])
                : 0;
    }

    private static void drainBlocking(InputStream in) throws IOException {
        try {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (SocketTimeoutException quiet) {
            // No further response.
        }
    }
}
