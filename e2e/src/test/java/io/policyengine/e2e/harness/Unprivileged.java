package io.policyengine.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Another user for processes whom the permissions of files must bind: root, whom they do not, may run the tests. */
public final class Unprivileged {
    /** Nobody, everywhere. */
    private static final int ID = 65534;

    private Unprivileged() {}

    /** The command as that user; as it is, if the tests do not run as root. */
    public static List<String> command(List<String> command) {
        return isRoot()
                ? Stream.concat(
                                Stream.of("setpriv", "--reuid=" + ID, "--regid=" + ID, "--clear-groups"),
                                command.stream())
                        .toList()
                : new ArrayList<>(command);
    }

    /** Lets that user into a folder for tests, and gives it another one there to write to. */
    public static void letIn(Path folder, Path writable) {
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createDirectories(writable);
            if (isRoot()) {
                Files.setAttribute(writable, "unix:uid", ID);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
