package io.policyengine.app.command;

import io.policyengine.core.config.files.FileText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that the user of a command names. Only a regular file of a bounded size is read: a pipe would make the command wait, and a device
 * may have no end.
 */
public final class NamedFile {
    private static final String OTHERWISE = ": name a regular file, such as a copy";

    private NamedFile() {}

    /**
     * The text of a UTF-8 file that is no larger than a configuration file may be.
     *
     * @param what names it in messages, such as {@code --what-if: users.yaml}
     * @throws CommandFailure if it cannot be read, with the reason
     */
    public static String textBlocking(String what, Path file) {
        return switch (FileText.readBlocking(file, FileText.LARGEST)) {
            case FileText.Content(String text) -> text;
            case FileText.Unreadable(String why) ->
                throw CommandFailure.usage(what + " " + why + (isOfAnotherKind(file) ? OTHERWISE : ""));
        };
    }

    /**
     * Checks that a file is one which may be read from its beginning to its end.
     *
     * @throws CommandFailure if it is another kind of file, or is not there
     */
    public static void checkRegular(String what, Path file) {
        if (!Files.isRegularFile(file)) {
            throw CommandFailure.usage(
                    what + (Files.exists(file) ? " is not a regular file" + OTHERWISE : " is not there"));
        }
    }

    private static boolean isOfAnotherKind(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    /**
     * The first bytes of a file that may also be a pipe, as shells make one of {@code <(command)}.
     *
     * @param max bytes
     * @throws IOException if it cannot be read, or has more bytes
     */
    public static String shortTextBlocking(Path file, int max) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(max + 1);
            if (bytes.length > max) {
                throw new IOException(file + " has more than " + max + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
