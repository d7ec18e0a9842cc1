package io.policyengine.app.check;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.policyengine.app.start.Start;
import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.process.ChildJvm;
import io.policyengine.testkit.time.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine with a heap of 128 MB, to whose port connections come as fast as the system makes them. */
@Tag("nightly")
class ConnectionFloodTest {
    private static final int CONNECTIONS = 20_000;
    private static final int AT_A_TIME = 1_000;

    /** More than the connections for which such a heap has room, and all other files of an engine. */
    private static final int MAX_FILES = 3_000;

    /** The preface of HTTP/2, and settings without a value. */
    private static final String SPOKEN = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    @ParameterizedTest
    @Timeout(180)
    @ValueSource(strings = {"", SPOKEN})
    void servesWhileConnectionsComeAndAfterwards(String says) throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        Process engine = ChildJvm.startBlocking(
                ConnectionFloodTest.class,
                List.of(
                        "-Xmx128m",
                        "-XX:+UseParallelGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+ExitOnOutOfMemoryError"),
                List.of(folder.toString(), Integer.toString(port), Integer.toString(metrics)));
        Thread.ofPlatform().daemon().start(() -> copy(engine));
        try (Flood calls = new Flood(port);
                Connections connections = new Connections(port, says)) {
            Await.until(() -> !engine.isAlive() || isReady(metrics));
            // On each connection a stream is open, as on those of a busy Envoy.
            calls.keep(Flood.CONNECTIONS, "/good", new byte[0], false);
            for (int made = 0; made < CONNECTIONS; made += AT_A_TIME) {
                assertThat(engine.isAlive()).as(output::toString).isTrue();
                connections.open(AT_A_TIME);
                assertThat(calls.passes("/good")).as(output::toString).isTrue();
                assertThat(openFiles(metrics)).isBetween(1.0, (double) MAX_FILES);
            }

            // Connections of the flood make room a second after they were opened.
            Await.until(() -> isServedAnew(port));
        } finally {
            engine.destroyForcibly().waitFor();
        }
    }

    private static boolean isServedAnew(int port) {
        try (Flood later = new Flood(port)) {
            return later.passes("/good");
        } catch (RuntimeException refused) {
            return false;
        }
    }

    private static double openFiles(int metrics) throws IOException {
        String name = "process_files_open_files ";
        return new String(get(metrics, "/metrics"), US_ASCII)
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElse(0);
    }

    private static boolean isReady(int metrics) {
        try {
            return get(metrics, "/health/ready").length > 0;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static byte[] get(int port, String path) throws IOException {
        try (InputStream answer =
                URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
            return answer.readAllBytes();
        }
    }

    /** Connections, of which as many stay open as this process may have files: where those are few, the oldest is closed for a new one. */
    private static final class Connections implements AutoCloseable {
        private final InetSocketAddress address;
        private final ByteBuffer says;
        private final long most;
        private final Deque<SocketChannel> open = new ArrayDeque<>();

        Connections(int port, String says) {
            this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            this.says = ByteBuffer.wrap(says.getBytes(US_ASCII));
            UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            this.most = (system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount()) * 9 / 10;
        }

        void open(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                if (open.size() >= most) {
                    open.remove().close();
                }
                SocketChannel channel = SocketChannel.open();
                open.add(channel);
                channel.connect(address);
                channel.write(says.duplicate());
                channel.configureBlocking(false);
            }
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
    }

    private void copy(Process engine) {
        try {
            engine.getInputStream().transferTo(output);
        } catch (IOException over) {
            // The engine has ended.
        }
    }

    /** An engine with one route, until it is ended. */
    public static void main(String[] arguments) throws Exception {
        Path conf = Path.of(arguments[0], "conf");
        Files.createDirectories(conf);
        Files.writeString(conf.resolve("kernel.yaml"), """
                policy_kernel:
                  server: { port: %s }
                  allow_empty: true
                  unknown_route: deny
                  open_routes: [ /good ]
                  observability: { metrics_port: %s, log_level: warn }
                  workers: [ { name: w } ]
                """.formatted(arguments[1], arguments[2]));
        Start.main(new String[] {"run", "--embedded", "--conf", conf.toString(), "--state", arguments[0] + "/state"});
    }
}
