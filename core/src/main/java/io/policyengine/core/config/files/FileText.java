package io.policyengine.core.config.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The result of reading a file. */
public sealed interface FileText {
    /** Maximum size of a configuration file, in bytes: 64 MiB, or less with a small heap. */
    long LARGEST = Math.min(64L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 32);

    record Content(String text) implements FileText {
        /** Omits the text, which may be a secret. */
        @Override
        public String toString() {
            return "Content[" + text.length() + " characters]";
        }
    }

    /**
     * A file that could not be read.
     *
     * @param why the reason, which follows the file's name in a sentence
     */
    record Unreadable(String why) implements FileText {}

    /**
     * Reads a UTF-8 file of at most {@code max} bytes. Only a regular file is opened, since a pipe would block the
     * reader.
     */
    static FileText readBlocking(Path path, long max) {
        try {
            BasicFileAttributes seen = Files.readAttributes(path, BasicFileAttributes.class);
            if (!seen.isRegularFile()) {
                return new Unreadable(seen.isDirectory() ? "is a folder" : "is a pipe, a socket or a device");
            }
            return seen.size() > max ? tooLarge(max) : contentBlocking(path, max);
        } catch (CharacterCodingException _) {
            return new Unreadable("is not UTF-8");
        } catch (IOException e) {
            return new Unreadable(UnreachableReason.whyBlocking(path, e));
        }
    }

    private static FileText contentBlocking(Path path, long max) throws IOException {
        try (InputStream file = Files.newInputStream(path)) {
            // The file may have grown since its size was read.
            byte[] bytes = file.readNBytes(Math.toIntExact(max + 1));
            return bytes.length > max
                    ? tooLarge(max)
                    : new Content(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        }
    }

    private static FileText tooLarge(long max) {
        return new Unreadable("is larger than " + max + " bytes"
                + (max == LARGEST
                        ? ", the maximum for one file with this heap: split it, or raise the heap (POLICY_ENGINE_HEAP)"
                        : ""));
    }
}
