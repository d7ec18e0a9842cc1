package io.policyengine.app.command;

import io.policyengine.core.config.files.FileText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads files named on the command line. Reads only regular files of a bounded size, because a pipe could block the
 * command and a device may never end. Exception: {@link #shortTextBlocking} also reads pipes.
 */
public final class NamedFile {
    private static final String OTHERWISE = ": name a regular file, such as a copy";

    private NamedFile() {}

    /**
     * Returns the text of a UTF-8 file, which may be as large as a configuration file.
     *
     * @param what the file's name in messages, such as {@code --what-if: users.yaml}
     * @throws CommandFailure with the reason, if the file cannot be read
     */
    public static String textBlocking(String what, Path file) {
        return switch (FileText.readBlocking(file, FileText.LARGEST)) {
            case FileText.Content(String text) -> text;
            case FileText.Unreadable(String why) ->
                throw CommandFailure.usage(what + " " + why + (isOfAnotherKind(file) ? OTHERWISE : ""));
        };
    }

    /**
     * Checks that a path is a regular file.
     *
     * @throws CommandFailure if the path does not exist or is of another kind
     */
    public static void checkRegular(String what, Path file) {
        if (!Files.isRegularFile(file)) {
            throw CommandFailure.usage(
                    what + (Files.exists(file) ? " is not a regular file" + OTHERWISE : " does not exist"));
        }
    }

    private static boolean isOfAnotherKind(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    /**
     * Returns the text of a small file or of a pipe, such as a shell's {@code <(command)}.
     *
     * @param max maximum size of the file, in bytes
     * @throws IOException if the file cannot be read, or is larger
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
