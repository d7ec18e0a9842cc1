package io.policyengine.kernel.history;

import com.google.re2j.Pattern;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.net.FileRights;
import io.policyengine.kernel.generation.KeyedHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key for hashes in a state directory, in a file readable only by its owner. A key that others may read is
 * replaced.
 */
final class HashKey {
    static final String FILE = "hash.key";

    private static final Logger LOG = LoggerFactory.getLogger(HashKey.class);
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}\n?");

    /** Maximum bytes of the file with the key of configuration hashes. */
    private static final long LONGEST = 100;

    private HashKey() {}

    /**
     * Returns the stored key for hashes, or null if there is no usable key.
     *
     * @throws StateException if others may have written it
     */
    static @Nullable KeyedHash readBlocking(Path state) {
        Path file = state.resolve(FILE);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        return switch (StateRights.readBlocking(file, LONGEST)) {
            case FileText.Content(String text)
            when HEX.matches(text) && !isReadableByOthersBlocking(file) ->
                new KeyedHash(HexFormat.of().parseHex(text.strip()));
            case FileText.Content _ -> null;
            case FileText.Unreadable(String why) ->
                throw new StateException(
                        "the state directory " + state + " cannot be used, since " + FILE + " in it " + why);
        };
    }

    private static boolean isReadableByOthersBlocking(Path file) {
        try {
            return FileRights.ofBlocking(file, LinkOption.NOFOLLOW_LINKS).isReadableByOthers();
        } catch (IOException gone) {
            return true;
        }
    }

    /** Returns the stored key for hashes, or creates and stores one. */
    static KeyedHash takeBlocking(Path state) throws IOException {
        KeyedHash there = readBlocking(state);
        if (there != null) {
            return there;
        }
        if (Files.exists(state.resolve(FILE))) {
            LOG.atWarn()
                    .addKeyValue(LogFields.STATE, state)
                    .log("the key for hashes of configurations is damaged, or others may read it (chmod 600): a "
                            + "new key is created, so new hashes cannot be compared with earlier ones");
        }
        byte[] key = KeyedHash.newKey();
        writeBlocking(state, key);
        return new KeyedHash(key);
    }

    static void keepBlocking(Path state, KeyedHash hashes) throws IOException {
        if (!Files.exists(state.resolve(FILE))) {
            writeBlocking(state, hashes.key());
        }
    }

    private static void writeBlocking(Path state, byte[] key) throws IOException {
        Path unfinished = state.resolve("." + FILE);
        Files.deleteIfExists(unfinished);
        GenerationFolder.writeFileBlocking(unfinished, HexFormat.of().formatHex(key) + "\n");
        Files.move(
                unfinished, state.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        GenerationFolder.syncBlocking(state);
    }
}
