package io.policyengine.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void makesAnExistingDirectoryPrivate() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

        UnixSocket.ownersOnly(directory.resolve("w.sock").toString()).prepareBlocking();

        assertThat(mode(directory)).isEqualTo("rwx------");
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

    private static ServerSocketChannel listen(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        return server;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
