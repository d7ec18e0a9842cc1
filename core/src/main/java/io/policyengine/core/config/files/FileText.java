package io.policyengine.core.config.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What reading a file came to. */
public sealed interface FileText {
    /** Bytes of the largest file that is read. */
    long LARGEST = 64L * 1024 * 1024;

    /** The content. */
    record Content(String text) implements FileText {
        /** Without the text, which may be a secret. */
        @Override
        public String toString() {
            return "Content[" + text.length() + " characters]";
        }
    }

    /**
     * There is none.
     *
     * @param why what is wrong with the file, to follow its name in a sentence
     */
    record Unreadable(String why) implements FileText {}

    /** Reads a UTF-8 file of at most so many bytes. */
    static FileText readBlocking(Path path, long most) {
        try {
            if (!Files.isRegularFile(path)) {
                return new Unreadable(Files.exists(path) ? "is no regular file" : "does not exist");
            }
            return Files.size(path) > most
                    ? new Unreadable("is larger than " + most + " bytes")
                    : new Content(Files.readString(path));
        } catch (NoSuchFileException _) {
            return new Unreadable("does not exist");
        } catch (CharacterCodingException _) {
            return new Unreadable("is not UTF-8");
        } catch (IOException e) {
            return new Unreadable("cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }
}
