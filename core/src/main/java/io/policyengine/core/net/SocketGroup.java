package io.policyengine.core.net;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Objects;

/** The group whose processes may use a socket. */
final class SocketGroup {
    private SocketGroup() {}

    /**
     * Returns the group with this name or gid.
     *
     * @throws IOException if there is no such group; the message states the remedy
     */
    static GroupPrincipal findBlocking(String group) throws IOException {
        try {
            return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new IOException(
                    "socket_group '" + group
                            + "' is not a group on this system: name one from /etc/group, or give a gid",
                    unknown);
        }
    }

    /** Assigns a file to a group. The file's mode does not change. */
    static void giveBlocking(Path file, GroupPrincipal group) throws IOException {
        try {
            Objects.requireNonNull(Files.getFileAttributeView(file, PosixFileAttributeView.class))
                    .setGroup(group);
        } catch (FileSystemException refused) {
            throw new IOException(
                    file + " cannot be given to socket_group '" + group.getName()
                            + "': the user that the engine runs as must be a member of that group (or root)",
                    refused);
        }
    }
}
