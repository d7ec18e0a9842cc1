package io.policyengine.core.net;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a socket's file. A user with write permission for the directory could replace the socket and receive
 * its traffic. So a directory that other users may write to is refused; the mode of an existing directory is never
 * changed.
 *
 * @param socket the socket's file, for messages
 */
record SocketFolder(Path directory, Path socket) {
    private static final String REMEDY = ": give the directory to this user, or choose a socket path in a directory"
            + " that this user may write to. A relative socket path of a worker is in such a directory";

    /** The mode of created parent directories: all users may traverse them, only the owner may write to them. */
    private static final FileAttribute<Set<PosixFilePermission>> PASSABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

    static SocketFolder of(Path socket) throws IOException {
        Path directory = socket.getParent();
        if (directory == null) {
            throw new IOException("the socket path " + socket + " does not name a file");
        }
        return new SocketFolder(directory, socket);
    }

    /**
     * Creates the directory if it is missing.
     *
     * @param mode the permissions of the new directory
     * @param group the group of the new directory; null for the group of this process
     */
    void makeBlocking(Set<PosixFilePermission> mode, @Nullable GroupPrincipal group) throws IOException {
        if (Files.exists(directory)) {
            return;
        }
        try {
            Path parent = directory.getParent();
            if (parent != null) {
                Files.createDirectories(parent, PASSABLE);
            }
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(mode));
        } catch (FileAlreadyExistsException existing) {
            if (Files.isDirectory(directory)) {
                return; // created by another process meanwhile: checked like any other
            }
            throw new IOException(
                    "a parent of the socket path " + socket + " is not a directory: " + existing.getFile(), existing);
        } catch (FileSystemException refused) {
            throw new IOException(
                    "the directory " + directory + " of the socket path " + socket + " cannot be created, since "
                            + why(refused) + REMEDY,
                    refused);
        }
        if (group != null) {
            SocketGroup.giveBlocking(directory, group);
        }
        // The umask may have taken something away.
        Files.setPosixFilePermissions(directory, mode);
    }

    private static String why(FileSystemException refused) {
        return refused.getReason() == null
                ? "uid " + ProcessUser.uid() + " may not create " + refused.getFile()
                : refused.getFile() + " cannot be created: " + refused.getReason();
    }

    /** Throws if this process cannot create the socket in the directory. */
    void checkWritable() throws IOException {
        if (!Files.isWritable(directory)) {
            throw new IOException("uid " + ProcessUser.uid() + " may not write to the directory " + directory
                    + " of the socket path " + socket + REMEDY);
        }
    }

    /** Throws if this process may not enter the directory, or one above it. A missing directory is accepted. */
    void checkPassableBlocking() throws IOException {
        Path existing = directory;
        while (existing != null && !Files.isDirectory(existing)) {
            existing = existing.getParent();
        }
        if (existing != null && !Files.isExecutable(existing)) {
            throw new IOException("uid " + ProcessUser.uid() + " may not enter the directory " + existing
                    + " of the socket path " + socket
                    + ": give this user the right to enter it, or choose a socket path in another directory");
        }
    }

    /** Throws if another user owns the directory, or other users may write to it. */
    void checkBlocking(int owner) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("the parent of the socket path " + socket + " is not a directory");
        }
        String refusal = refusal(FileRights.ofBlocking(directory), owner, ProcessUser.uid());
        if (refusal != null) {
            throw new IOException(refusal);
        }
    }

    /**
     * Returns why a socket in a directory with these rights is not trusted, as text for an operator; null if it is
     * trusted.
     *
     * @param owner uid of the socket's server
     * @param own uid of this process
     */
    @Nullable
    String refusal(FileRights rights, int owner, int own) {
        if (rights.isWritableByOthers()) {
            return "the socket path " + socket + " lies in the shared directory " + directory + " (mode "
                    + rights.octal()
                    + "), where others could put their own socket: make it unwritable for others (chmod go-w), or"
                    + " choose a directory for the engine alone, which is created if missing";
        }
        if (!rights.belongsTo(owner) && !rights.belongsTo(own)) {
            return "the directory " + directory + " of the socket path " + socket + " belongs to uid " + rights.uid()
                    + ", which could put its own socket there, but uid " + owner
                    + " is expected: choose another directory, or give this one to the expected user (chown)";
        }
        return null;
    }
}
