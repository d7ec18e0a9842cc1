package io.policyengine.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixSocketTest {
    @TempDir
    Path directory;

    @Test
    void makesThePrivateDirectoryAndRestrictsTheFile() throws IOException {
        Path path = directory.resolve("a/b/w.sock");
        UnixSocket socket = UnixSocket.ownersOnly(path.toString());

        socket.prepareBlocking();
        try (var _ = listen(path)) {
            UnixSocket.Bound bound = socket.boundBlocking();

            assertThat(mode(path)).isEqualTo("rw-------");
            assertThat(mode(directory.resolve("a/b"))).isEqualTo("rwx------");
            bound.deleteBlocking();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void namesTheDirectoryThatCannotBeCreatedAndTheRemedy() {
        UnixSocket socket = UnixSocket.ownersOnly("/proc/policy-engine/workers/w.sock");

        assertThatThrownBy(socket::makeFolderBlocking)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the directory /proc/policy-engine/workers of the socket path"
                        + " /proc/policy-engine/workers/w.sock cannot be created, since ")
                .hasMessageContaining("/proc/policy-engine")
                .hasMessageContaining("give the directory to this user, or choose a socket path");
    }

    @Test
    void neverChangesTheModeOfADirectoryThatExists() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

        UnixSocket.ownersOnly(directory.resolve("w.sock").toString()).prepareBlocking();

        assertThat(mode(directory)).isEqualTo("rwxr-xr-x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwxrwxrwx", "rwx----w-"})
    void refusesADirectoryThatOthersMayWriteToAndLeavesItAsItIs(String shared) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(shared));
        String path = directory.resolve("w.sock").toString();

        assertThatThrownBy(UnixSocket.ownersOnly(path)::prepareBlocking)
                .hasMessageContaining("shared directory " + directory)
                .hasMessageContaining("chmod go-w");
        assertThatThrownBy(UnixSocket.withMode(path, "0660")::prepareBlocking).hasMessageContaining("shared directory");
        assertThatThrownBy(() -> UnixSocket.checkPlaceBlocking(path, ProcessUser.uid()))
                .hasMessageContaining("shared directory");
        assertThat(mode(directory)).isEqualTo(shared);
    }

    @Test
    void theDirectoryBelongsToTheServerOrRootOrThisProcess() throws IOException {
        SocketFolder folder = SocketFolder.of(Path.of("/run/engine/w.sock"));

        assertThat(folder.refusal(new FileRights(040755, 1000), 1000, 1000)).isNull();
        assertThat(folder.refusal(new FileRights(040755, 0), 1000, 1000)).isNull();
        assertThat(folder.refusal(new FileRights(040700, 1001), 1001, 1000)).isNull();
        assertThat(folder.refusal(new FileRights(040700, 1002), 1001, 1000))
                .contains("/run/engine", "belongs to uid 1002", "uid 1001 is expected", "chown");
        assertThat(folder.refusal(new FileRights(041777, 0), 1000, 1000)).contains("mode 1777");
    }

    @Test
    void aDirectoryThatIsMissingIsNoneOfTheKernelsConcern() throws IOException {
        UnixSocket.checkPlaceBlocking(directory.resolve("none/w.sock").toString(), ProcessUser.uid());

        assertThat(directory.resolve("none")).doesNotExist();
    }

    @Test
    void aSocketAndItsDirectoryAreGivenToTheGroup() throws IOException {
        int ownGroup = (Integer) Files.getAttribute(directory, "unix:gid");
        Path path = directory.resolve("made/e.sock");
        UnixSocket socket = UnixSocket.withMode(path.toString(), "0660").withGroup(String.valueOf(ownGroup));

        socket.prepareBlocking();
        try (var _ = listen(path)) {
            socket.boundBlocking();
        }

        assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(ownGroup);
        assertThat(Files.getAttribute(path.getParent(), "unix:gid")).isEqualTo(ownGroup);
        assertThat(mode(path)).isEqualTo("rw-rw----");
        assertThat(mode(directory.resolve("made"))).isEqualTo("rwxr-x---");
    }

    @Test
    void saysThatAGroupIsUnknownBeforeAnythingListens() {
        UnixSocket socket = UnixSocket.withMode(directory.resolve("made/e.sock").toString(), "0660")
                .withGroup("no-such-group");

        assertThatThrownBy(socket::prepareBlocking)
                .hasMessageContaining("socket_group 'no-such-group'")
                .hasMessageContaining("/etc/group");
        assertThat(directory.resolve("made")).doesNotExist();
    }

    @Test
    void theProcessKnowsItsUser() throws IOException {
        assertThat(ProcessUser.uid()).isEqualTo(Files.getAttribute(directory, "unix:uid"));
        assertThat(ProcessUser.effectiveUid(List.of("Name:\tjava", "Uid:\t1000\t1001\t1002\t1003")))
                .isEqualTo(1001);
    }

    @Test
    void leavesTheDirectoryOfASocketForOthersAlone() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
        Path path = directory.resolve("e.sock");
        UnixSocket socket = UnixSocket.withMode(path.toString(), "0660");

        socket.prepareBlocking();
        try (var _ = listen(path)) {
            socket.boundBlocking();
        }

        assertThat(mode(directory)).isEqualTo("rwxr-x---");
        assertThat(mode(path)).isEqualTo("rw-rw----");
    }

    @Test
    void refusesASocketThatIsInUse() throws IOException {
        Path path = directory.resolve("w.sock");

        try (var _ = listen(path)) {
            assertThatThrownBy(UnixSocket.ownersOnly(path.toString())::prepareBlocking)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another process");
        }
        assertThat(path).exists();
    }

    @Test
    void removesAStaleSocket() throws IOException {
        Path path = directory.resolve("w.sock");
        listen(path).close();
        assertThat(path).exists();

        UnixSocket.ownersOnly(path.toString()).prepareBlocking();

        assertThat(path).doesNotExist();
    }

    @Test
    void doesNotRemoveAFileThatIsNoSocket() throws IOException {
        Path path = Files.writeString(directory.resolve("w.sock"), "precious");

        assertThatThrownBy(UnixSocket.ownersOnly(path.toString())::prepareBlocking)
                .hasMessageContaining("not a socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void doesNotRemoveTheSocketOfASuccessor() throws IOException {
        Path path = directory.resolve("w.sock");
        UnixSocket socket = UnixSocket.ownersOnly(path.toString());
        try (var _ = listen(path)) {
            UnixSocket.Bound bound = socket.boundBlocking();
            Files.move(path, directory.resolve("old.sock"));
            try (var _ = listen(path)) {
                bound.deleteBlocking();
            }
        }

        assertThat(path).exists();
    }

    @Test
    void saysThatAPathIsTooLong() {
        String path = directory.resolve("x".repeat(120)).toString();

        assertThatThrownBy(UnixSocket.ownersOnly(path)::prepareBlocking)
                .hasMessageContaining("at most 107")
                .hasMessageContaining("shorter");
    }

    @Test
    void doesNotTakeASharedDirectoryForItself() {
        assertThatThrownBy(UnixSocket.ownersOnly("/tmp/policy-engine-test.sock")::prepareBlocking)
                .hasMessageContaining("shared directory /tmp");
        assertThat(Path.of("/tmp/policy-engine-test.sock")).doesNotExist();
    }

    @Test
    void saysThatAModeIsNone() {
        assertThatThrownBy(() -> UnixSocket.withMode("/run/x/e.sock", "0999"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0660");
    }

    @Test
    void aServerListensAtAFileThatIsThereAsLongAsItIs() throws Exception {
        Path path = directory.resolve("made/w.sock");
        Vertx vertx = Vertx.vertx();
        NetServer server = vertx.createNetServer().connectHandler(_ -> {});

        UnixSocket.Bound bound = UnixSocket.withMode(path.toString(), "0660")
                .listen(vertx, server::listen)
                .await(30, TimeUnit.SECONDS);

        assertThat(mode(path)).isEqualTo("rw-rw----");
        assertThat(SocketChannel.open(UnixDomainSocketAddress.of(path)).isConnected())
                .isTrue();
        bound.delete(vertx).await(30, TimeUnit.SECONDS);
        assertThat(path).doesNotExist();
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void noServerIsStartedWhereThePathCannotBeHad() throws Exception {
        Path path = Files.writeString(directory.resolve("w.sock"), "precious");
        Vertx vertx = Vertx.vertx();

        Future<UnixSocket.Bound> listening = UnixSocket.ownersOnly(path.toString())
                .listen(vertx, _ -> {
                    throw new AssertionError("a server was started");
                });

        assertThatThrownBy(() -> listening.await(30, TimeUnit.SECONDS)).hasMessageContaining("not a socket");
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        return server;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
