package io.policyengine.it.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.net.PeerCheck;
import io.policyengine.core.net.ProcessUser;
import io.policyengine.core.net.UnixSocket;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernel and worker talk to processes of the expected user only. The other process is another user's where the tests run as root, who
 * may become one; else it is this user's, and another one is expected.
 */
class PeerUserTest {
    private static final int NOBODY = 65534;
    private static final boolean ROOT = ProcessUser.uid() == ProcessUser.ROOT;
    private static final int OTHER = ROOT ? NOBODY : ProcessUser.uid();
    private static final int EXPECTED = ROOT ? ProcessUser.ROOT : ProcessUser.uid() + 1;

    private static final byte FRAME_OF_DATA = 0;
    private static final byte FRAME_OF_HEADERS = 1;
    private static final int PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length();
    private static final int FRAME_HEADER = 9;

    /** SO_PEERCRED shows who called listen(2). Prints in hex what it is sent, until the peer is gone; it answers with its settings. */
    private static final String IMPOSTOR = """
            import os, socket, sys
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(sys.argv[1])
            os.chmod(sys.argv[1], 0o666)
            if os.getuid() == 0:
                os.setuid(int(sys.argv[2]))
            listener.listen()
            print("ready", flush=True)
            peer, _ = listener.accept()
            peer.sendall(bytes.fromhex("000000040000000000"))
            sent = b""
            while True:
                try:
                    more = peer.recv(65536)
                except ConnectionResetError:
                    break
                if not more:
                    break
                sent += more
            print(sent.hex(), flush=True)
            """;

    /** Prints in hex what it is answered until the peer is gone. */
    private static final String CALLER = """
            import os, socket, sys
            if os.getuid() == 0:
                os.setuid(int(sys.argv[2]))
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(sys.argv[1])
            try:
                peer.sendall(b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n" + bytes.fromhex("000000040000000000"))
            except BrokenPipeError:
                pass
            answer = b""
            while True:
                try:
                    more = peer.recv(65536)
                except ConnectionResetError:
                    break
                if not more:
                    break
                answer += more
            print(answer.hex(), flush=True)
            """;

    private final List<Vertx> opened = new ArrayList<>();

    @TempDir
    private Path directory;

    private Path socket = Path.of("");

    @BeforeEach
    void makeAFolderThatOthersMayPass() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        socket = directory.resolve("w.sock");
    }

    @AfterEach
    void stop() throws Exception {
        for (Vertx vertx : opened) {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theKernelAsksNothingOfAProcessOfAnotherUser(boolean nativeTransport) throws Exception {
        Vertx vertx = vertx(nativeTransport);
        try (Script impostor = Script.start(IMPOSTOR, socket)) {
            assertThat(impostor.line()).isEqualTo("ready");
            RemoteWorker worker = new RemoteWorker(
                    vertx,
                    RemoteWorkerOptions.of(socket.toString(), EXPECTED),
                    Ticker.SYSTEM,
                    () -> {},
                    new LongAdder());

            assertThatThrownBy(() -> onContext(vertx, () -> worker.connect(() -> {})))
                    .isInstanceOf(WorkerException.class)
                    .hasMessageContaining(socket.toString())
                    .hasMessageContaining(nativeTransport ? "runs as uid " + OTHER : "runs as user")
                    .hasMessageContaining("uid " + EXPECTED + " is expected")
                    .hasMessageContaining("'uid' of the worker in kernel.yaml");

            assertThat(framesIn(impostor.line())).doesNotContain(FRAME_OF_HEADERS, FRAME_OF_DATA);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWorkerTellsNothingToAProcessOfAnotherUser(boolean nativeTransport) throws Exception {
        Vertx vertx = vertx(nativeTransport);
        LocalWorker worker = new LocalWorker(
                vertx,
                WorkerOptions.defaults("tests", "0.0.1", directory),
                PolicyRegistry.of(List.of()),
                new SimpleMeterRegistry());
        WorkerSocket open = new WorkerSocket(
                UnixSocket.withMode(socket.toString(), "0666"), PeerCheck.of(EXPECTED, "a process", "'kernel_uid'"));
        WorkerServer server = new WorkerServer(vertx, worker, open, 1, new SimpleMeterRegistry());
        server.start().await(30, TimeUnit.SECONDS);

        try (Script caller = Script.start(CALLER, socket)) {
            assertThat(framesOf(caller.line(), 0)).doesNotContain(FRAME_OF_HEADERS, FRAME_OF_DATA);
        }
        server.close().await(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theKernelTalksToAWorkerOfTheExpectedUser(boolean nativeTransport) throws Exception {
        Vertx vertx = vertx(nativeTransport);
        LocalWorker worker = new LocalWorker(
                vertx,
                WorkerOptions.defaults("tests", "0.0.1", directory),
                PolicyRegistry.of(List.of()),
                new SimpleMeterRegistry());
        WorkerServer server = new WorkerServer(
                vertx, worker, WorkerSocket.ownersOnly(socket.toString()), 1, new SimpleMeterRegistry());
        server.start().await(30, TimeUnit.SECONDS);
        RemoteWorker remote = new RemoteWorker(
                vertx,
                RemoteWorkerOptions.of(socket.toString(), ProcessUser.uid()),
                Ticker.SYSTEM,
                () -> {},
                new LongAdder());

        WorkerControl control = onContext(vertx, () -> remote.connect(() -> {}));

        assertThat(onContext(vertx, control::describe).name()).isEqualTo("tests");
        remote.close().await(30, TimeUnit.SECONDS);
        server.close().await(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theKernelConnectsToNothingInAFolderThatOthersMayWriteTo(boolean nativeTransport) throws Exception {
        Vertx vertx = vertx(nativeTransport);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        RemoteWorker worker = new RemoteWorker(
                vertx, RemoteWorkerOptions.defaults(socket.toString()), Ticker.SYSTEM, () -> {}, new LongAdder());

        assertThatThrownBy(() -> onContext(vertx, () -> worker.connect(() -> {})))
                .isInstanceOf(WorkerException.class)
                .hasMessageContaining("shared directory " + directory)
                .hasMessageContaining("chmod go-w");
    }

    private Vertx vertx(boolean nativeTransport) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
        opened.add(vertx);
        assertThat(vertx.isNativeTransportEnabled()).isEqualTo(nativeTransport);
        return vertx;
    }

    private static <T> T onContext(Vertx vertx, Supplier<Future<T>> work) throws Exception {
        Promise<T> done = Promise.promise();
        vertx.getOrCreateContext().runOnContext(_ -> work.get().onComplete(done));
        return done.future().await(30, TimeUnit.SECONDS);
    }

    private static List<Byte> framesIn(String hexAfterPreface) {
        return framesOf(hexAfterPreface, PREFACE);
    }

    /** The types of the frames (RFC 9113 §4.1: a length of three octets, the type). */
    private static List<Byte> framesOf(String hex, int from) {
        byte[] sent = HexFormat.of().parseHex(hex);
        List<Byte> types = new ArrayList<>();
        int at = from;
        while (at + FRAME_HEADER <= sent.length) {
            int length = (sent[at] & 0xff) << 16 | (sent[at + 1] & 0xff) << 8 | (sent[at + 2] & 0xff);
            types.add(sent[at + 3]);
            at += FRAME_HEADER + length;
        }
        return types;
    }

    /** A process that becomes another user where it may. */
    private record Script(Process process) implements AutoCloseable {
        static Script start(String program, Path socket) throws IOException {
            return new Script(new ProcessBuilder("python3", "-c", program, socket.toString(), String.valueOf(NOBODY))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }

        String line() throws IOException {
            return process.inputReader(StandardCharsets.UTF_8).readLine();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
