package io.policyengine.core.config.files;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 hash of a directory's state, for comparing two states: covers names, contents and faults, each with its
 * length.
 */
final class ConfHash {
    private ConfHash() {}

    static String of(@Nullable String fault, Map<String, String> faults, List<Map<String, FileText>> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            update(digest, fault == null ? "" : fault);
            faults.forEach((name, why) -> update(digest, "!" + name + " " + why));
            for (Map<String, FileText> part : parts) {
                update(digest, Integer.toString(part.size()));
                part.forEach((name, file) -> {
                    update(digest, name);
                    switch (file) {
                        case FileText.Content(String text) -> update(digest, "+" + text);
                        case FileText.Unreadable(String why) -> update(digest, "-" + why);
                    }
                });
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }
}
