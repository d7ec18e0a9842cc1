package io.policyengine.core.net;

import io.policyengine.core.async.OffLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix domain socket on which a server listens. It is an error if a live process uses the file; a stale
 * file is removed. Group and mode are set once the server listens, and the file is removed when the server ends. The
 * directory is created if missing, and refused if other users may write to it; the mode of an existing directory is
 * never changed.
 *
 * @param path the path of the socket's file
 * @param mode the file's permissions
 * @param directoryMode the permissions of the directory if it is created
 * @param group name or gid for the file, and for the directory if it is created; null for the group of this process
 */
public record UnixSocket(
        Path path,
        Set<PosixFilePermission> mode,
        Set<PosixFilePermission> directoryMode,
        @Nullable String group) {
    /** Maximum length of a socket path, in octets: a sockaddr_un has 108, including the final NUL (unix(7)). */
    public static final int MAX_PATH_OCTETS = 107;

    /** Returns a socket that only processes of the same user may use, with mode 0600 in a directory with mode 0700. */
    public static UnixSocket ownersOnly(String path) {
        return new UnixSocket(
                absolute(path),
                PosixFilePermissions.fromString("rw-------"),
                PosixFilePermissions.fromString("rwx------"),
                null);
    }

    /**
     * Returns a socket that processes of other users may use, too. Every user may traverse a created directory.
     *
     * @param octalMode three or four octal digits: {@code 0660}
     * @throws IllegalArgumentException if the mode is invalid
     */
    public static UnixSocket withMode(String path, String octalMode) {
        return new UnixSocket(
                absolute(path), permissions(octalMode), PosixFilePermissions.fromString("rwxr-xr-x"), null);
    }

    /**
     * Returns a copy for the processes of a group, or this socket if the group is null. Only the group may traverse a
     * created directory.
     */
    public UnixSocket withGroup(@Nullable String name) {
        return name == null ? this : new UnixSocket(path, mode, PosixFilePermissions.fromString("rwxr-x---"), name);
    }

    public UnixSocket at(Path other) {
        return new UnixSocket(other, mode, directoryMode, group);
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath();
    }

    /**
     * Prepares the path for listening: creates a missing directory, and removes a stale file. Refuses a file that is in
     * use.
     *
     * @throws IOException with the problem and the remedy
     */
    void prepareBlocking() throws IOException {
        makeFolderBlocking();
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            refuseOtherFile();
            refuseLiveSocket();
            Files.deleteIfExists(path);
        }
    }

    /**
     * Checks the length of the path, and creates the directory if it is missing. Throws if this process may not write
     * to the directory, or other users may.
     *
     * @throws IOException with the problem and the remedy
     */
    public void makeFolderBlocking() throws IOException {
        int octets = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (octets > MAX_PATH_OCTETS) {
            throw new IOException("the socket path " + path + " has " + octets + " octets, but at most "
                    + MAX_PATH_OCTETS + " are possible: choose a shorter one");
        }
        SocketFolder folder = SocketFolder.of(path);
        folder.makeBlocking(directoryMode, group == null ? null : SocketGroup.findBlocking(group));
        folder.checkBlocking(ProcessUser.uid());
        folder.checkWritable();
    }

    /**
     * Throws if other users could have replaced the socket, or if this process may not enter its directory. A missing
     * file is accepted.
     *
     * @param owner uid of the server
     * @throws IOException with the problem and the remedy
     */
    public static void checkPlaceBlocking(String path, int owner) throws IOException {
        SocketFolder folder = SocketFolder.of(absolute(path));
        if (Files.isDirectory(folder.directory())) {
            folder.checkBlocking(owner);
        }
        folder.checkPassableBlocking();
    }

    /**
     * Prepares the path, starts a server on it, and sets the file's group and mode.
     *
     * @param bind starts a server at an address; called on the caller's event loop
     * @return the file, to be removed at the end. Fails with an {@link IOException} that states problem and remedy, or
     *     with the failure of {@code bind}. After a failure the caller closes the server if it was started
     */
    public Future<Bound> listen(Vertx vertx, Function<SocketAddress, Future<?>> bind) {
        return OffLoop.run(vertx, this::prepareBlocking)
                .compose(_ -> bind.apply(SocketAddress.domainSocketAddress(path.toString())))
                .compose(_ -> OffLoop.call(vertx, this::boundBlocking));
    }

    /** Sets the file's group and mode. Call once the server listens. */
    Bound boundBlocking() throws IOException {
        if (group != null) {
            SocketGroup.giveBlocking(path, SocketGroup.findBlocking(group));
        }
        Files.setPosixFilePermissions(path, mode);
        return new Bound(path, attributes(path).fileKey());
    }

    private void refuseOtherFile() throws IOException {
        if (!attributes(path).isOther()) {
            throw new IOException("the socket path " + path + " is taken by a file that is not a socket: remove it");
        }
    }

    private void refuseLiveSocket() throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException | NoSuchFileException stale) {
            return;
        }
        throw new IOException(
                "the socket path " + path + " is in use by another process: stop it, or choose another path");
    }

    private static PosixFileAttributes attributes(Path file) throws IOException {
        return Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    private static Set<PosixFilePermission> permissions(String octalMode) {
        if (!octalMode.matches("0?[0-7]{3}")) {
            throw new IllegalArgumentException(
                    "'" + octalMode + "' is not a file mode: write three octal digits, such as 0660");
        }
        int bits = Integer.parseInt(octalMode, 8);
        StringBuilder symbolic = new StringBuilder("rwxrwxrwx");
        for (int i = 0; i < symbolic.length(); i++) {
            if ((bits & (1 << (8 - i))) == 0) {
                symbolic.setCharAt(i, '-');
            }
        }
        return PosixFilePermissions.fromString(symbolic.toString());
    }

    /** The file of a socket that a server of this process listens on. */
    public static final class Bound {
        private final Path path;
        private final @Nullable Object fileKey;

        private Bound(Path path, @Nullable Object fileKey) {
            this.path = path;
            this.fileKey = fileKey;
        }

        /** Removes the file, unless another process has replaced it. Call after the server is closed. */
        public Future<Void> delete(Vertx vertx) {
            return OffLoop.run(vertx, this::deleteBlocking);
        }

        /** Removes the file like {@link #delete}, on the calling thread. */
        public void deleteBlocking() throws IOException {
            try {
                if (fileKey == null || fileKey.equals(attributes(path).fileKey())) {
                    Files.deleteIfExists(path);
                }
            } catch (NoSuchFileException gone) {
                return;
            }
        }
    }
}
