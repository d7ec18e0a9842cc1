package io.policyengine.testkit.scanner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * ClamAV's daemon on the loopback interface and a Unix socket. It detects a file that consists of {@link Eicar}, and
 * {@link #ANYWHERE} at any position of a file. Its executable is {@code CLAMD_BIN}, which {@code ./check} sets, or
 * {@code clamd} on the path.
 */
public final class ClamdServer extends ScannerProcess {
    /** A word that the daemon detects at any position in a file. */
    public static final String ANYWHERE = "mad-as-a-march-hare";

    /** Maximum bytes of a file that the daemon scans. */
    public static final int MAX_BYTES = 8 << 20;

    private ClamdServer() throws IOException {
        super("clamd");
    }

    /** Starts a daemon and waits until it is ready. */
    public static ClamdServer start() {
        try {
            ClamdServer server = new ClamdServer();
            server.begin();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the path of the daemon's Unix socket. */
    public String socket() {
        return folder().resolve("clamd.sock").toString();
    }

    @Override
    List<String> prepare(Path into, int onPort) throws IOException {
        Path signatures = Files.createDirectories(into.resolve("signatures"));
        String anywhere = HexFormat.of().formatHex(ANYWHERE.getBytes(StandardCharsets.US_ASCII));
        Files.writeString(
                signatures.resolve("tests.ndb"),
                "Test.Eicar:0:0:" + Eicar.hex() + "\nTest.Anywhere:0:*:" + anywhere + "\n");
        Files.deleteIfExists(into.resolve("clamd.sock"));
        Path conf =
                Files.writeString(into.resolve("clamd.conf"), """
                Foreground yes
                TCPAddr 127.0.0.1
                TCPSocket %d
                LocalSocket %s
                DatabaseDirectory %s
                SelfCheck 0
                MaxThreads 8
                StreamMaxLength %d
                AlertExceedsMax yes
                """.formatted(onPort, socket(), signatures, MAX_BYTES));
        return List.of(program("CLAMD_BIN", "clamd"), "--config-file=" + conf);
    }

    @Override
    boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream().write("zPING\0".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).equals("PONG\0");
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "clamd on port " + port();
    }
}
