package io.policyengine.testkit.bypass;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 upstream for tests that parses requests leniently, answers 200, and records each request and the length
 * of its body. Recorded requests stay in memory until {@link #take}.
 */
public final class LenientUpstream implements AutoCloseable {
    private static final int LONGEST_HEAD = 1 << 20;

    private final ServerSocket server;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

    record Field(String name, String value) {}

    /** A request that the upstream received. Each character is one octet. */
    record Seen(String method, String target, List<Field> fields, long bodyLength) {
        /**
         * Returns the values of a field. Its name is compared without regard to case, and an underscore equals a
         * hyphen.
         */
        List<String> values(String name) {
            return fields.stream()
                    .filter(field -> folded(field.name()).equals(folded(name)))
                    .map(Field::value)
                    .toList();
        }

        private static String folded(String name) {
            return name.strip().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private LenientUpstream(ServerSocket server) {
        this.server = server;
    }

    /** Starts an upstream; port 0 chooses a free port. */
    public static LenientUpstream listenBlocking(String host, int port) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException failed) {
            server.close();
            throw failed;
        }
        LenientUpstream upstream = new LenientUpstream(server);
        Thread.ofVirtual().start(upstream::acceptBlocking);
        return upstream;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns and removes the recorded requests. */
    List<Seen> take() {
        List<Seen> taken = new ArrayList<>();
        for (Seen request = seen.poll(); request != null; request = seen.poll()) {
            taken.add(request);
        }
        return taken;
    }

    private void acceptBlocking() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serveBlocking(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serveBlocking(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            List<String> head = headBlocking(in);
            while (head != null) {
                Seen request = requestBlocking(head, in);
                seen.add(request);
                boolean bodiless =
                        request.method().equals("HEAD") || request.method().equals("CONNECT");
                String answer = "HTTP/1.1 200 OK\r\n" + (bodiless ? "\r\n" : "Content-Length: 2\r\n\r\nok");
                connection.getOutputStream().write(answer.getBytes(ISO_8859_1));
                head = bodiless ? null : headBlocking(in);
            }
        } catch (IOException | NumberFormatException broken) {
            // The connection was lost, or the request is malformed.
        } finally {
            connections.remove(connection);
        }
    }

    /** Returns the lines before the next empty line, or null if the connection ends or the head is too long. */
    private static @Nullable List<String> headBlocking(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        int length = 0;
        while (length < LONGEST_HEAD) {
            String line = lineBlocking(in);
            if (line == null) {
                return null;
            }
            if (line.isEmpty()) {
                return lines;
            }
            lines.add(line);
            length += line.length();
        }
        return null;
    }

    private static @Nullable String lineBlocking(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                int end = line.length() - 1;
                return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
            }
            line.append((char) octet);
        }
        return null;
    }

    private static Seen requestBlocking(List<String> head, InputStream in) throws IOException {
        String line = head.isEmpty() ? "" : head.getFirst();
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        boolean isWhole = last > first;
        List<Field> fields = new ArrayList<>(fields(head.subList(Math.min(1, head.size()), head.size())));
        Seen request = new Seen(
                isWhole ? line.substring(0, first) : line, isWhole ? line.substring(first + 1, last) : "", fields, 0);
        long length = bodyBlocking(request, fields, in);
        return new Seen(request.method(), request.target(), List.copyOf(fields), length);
    }

    /** Reads the body of a request, adds the trailers to the fields, and returns the body's length. */
    private static long bodyBlocking(Seen request, List<Field> fields, InputStream in) throws IOException {
        if (request.values("transfer-encoding").stream().anyMatch(value -> value.contains("chunked"))) {
            long length = 0;
            while (true) {
                String size = String.valueOf(lineBlocking(in)).split(";", 2)[0].strip();
                int chunk = Integer.parseInt(size, 16);
                if (chunk == 0) {
                    List<String> trailers = headBlocking(in);
                    fields.addAll(fields(trailers == null ? List.of() : trailers));
                    return length;
                }
                in.readNBytes(chunk);
                lineBlocking(in);
                length += chunk;
            }
        }
        List<String> declared = request.values("content-length");
        return declared.isEmpty()
                ? 0
                : in.readNBytes(Integer.parseInt(declared.getFirst().strip())).length;
    }

    private static List<Field> fields(List<String> lines) {
        return lines.stream()
                .map(line -> {
                    int colon = line.indexOf(':');
                    return colon < 0
                            ? new Field(line, "")
                            : new Field(
                                    line.substring(0, colon),
                                    line.substring(colon + 1).strip());
                })
                .toList();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
