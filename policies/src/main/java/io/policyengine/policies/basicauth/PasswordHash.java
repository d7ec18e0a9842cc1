package io.policyengine.policies.basicauth;

import com.password4j.Argon2Function;
import com.password4j.BcryptFunction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** A stored password: its hash in one of the supported formats. */
sealed interface PasswordHash {
    /** The formats, for messages. */
    String FORMATS = "bcrypt ($2a$, $2b$, $2y$), argon2id ($argon2id$), $apr1$ or {SHA}";

    /** The beginning of a hash by SHA-1. */
    String SHA1_PREFIX = "{SHA}";

    /** The beginnings of hashes, by format. */
    List<String> PREFIXES = List.of("$2a$", "$2b$", "$2y$", "$argon2id$", Apr1Crypt.PREFIX, SHA1_PREFIX);

    /** The hash as it is written. */
    String encoded();

    /** True if this is the password. Takes long: milliseconds to a second. */
    boolean matchesBlocking(byte[] password);

    /** Most bytes of the heap that one verification takes. */
    default long heapBytes() {
        return 64L << 10;
    }

    /** The time that one verification takes on a usual machine, about: which of two hashes takes longer. */
    long nanos();

    /** bcrypt. Only the first 72 octets of a password count. */
    record Bcrypt(String encoded, BcryptFunction function) implements PasswordHash {
        @Override
        public long nanos() {
            return 50_000L << function.getLogarithmicRounds();
        }

        @Override
        public boolean matchesBlocking(byte[] password) {
            return function.check(password, ascii(encoded));
        }

        @Override
        public String toString() {
            return "Bcrypt[***]";
        }
    }

    /** Argon2id (RFC 9106). */
    record Argon2id(String encoded, Argon2Function function) implements PasswordHash {
        @Override
        public long nanos() {
            return 2_000L * function.getMemory() * function.getIterations();
        }

        /** Blocks of a KiB, in objects of their own. */
        @Override
        public long heapBytes() {
            return 1100L * function.getMemory() + (64L << 10);
        }

        @Override
        public boolean matchesBlocking(byte[] password) {
            return function.check(password, ascii(encoded));
        }

        @Override
        public String toString() {
            return "Argon2id[***]";
        }
    }

    /** MD5 iterated a thousand times with a salt, as Apache's htpasswd does by default. */
    record Apr1(String encoded, String salt) implements PasswordHash {
        @Override
        public long nanos() {
            return 500_000;
        }

        @Override
        public boolean matchesBlocking(byte[] password) {
            return MessageDigest.isEqual(ascii(Apr1Crypt.hash(password, salt)), ascii(encoded));
        }

        @Override
        public String toString() {
            return "Apr1[***]";
        }
    }

    /** SHA-1 without salt. */
    record Sha1(String encoded) implements PasswordHash {
        @Override
        public long nanos() {
            return 1_000;
        }

        @Override
        public boolean matchesBlocking(byte[] password) {
            String actual = Base64.getEncoder()
                    .encodeToString(PasswordHash.digest("SHA-1").digest(password));
            return MessageDigest.isEqual(ascii(SHA1_PREFIX + actual), ascii(encoded));
        }

        @Override
        public String toString() {
            return "Sha1[***]";
        }
    }

    /**
     * Reads a hash of which one verification takes no more than so many bytes.
     *
     * @throws IllegalArgumentException as {@link #parse(String)} does, or if it takes more
     */
    static PasswordHash parse(String encoded, long maxHeapBytes) {
        PasswordHash hash = parse(encoded);
        if (hash.heapBytes() > maxHeapBytes) {
            throw new IllegalArgumentException("a hash that takes " + hash.heapBytes()
                    + " bytes of memory to verify, of which a quarter of this heap has " + maxHeapBytes
                    + ": raise the heap (POLICY_ENGINE_HEAP), or hash with a smaller m");
        }
        return hash;
    }

    /**
     * Reads a hash.
     *
     * @throws IllegalArgumentException if the format is unknown or the hash damaged; the message does not repeat it
     */
    static PasswordHash parse(String encoded) {
        if (PREFIXES.stream().noneMatch(encoded::startsWith)) {
            throw new IllegalArgumentException("an unknown format of hash; supported are " + FORMATS);
        }
        try {
            return parseKnown(encoded);
        } catch (RuntimeException damaged) {
            // Libraries tell damage by several exceptions, some of which quote the hash.
            throw new IllegalArgumentException("a damaged hash; supported are " + FORMATS);
        }
    }

    private static PasswordHash parseKnown(String encoded) {
        if (encoded.startsWith(SHA1_PREFIX)) {
            String digest = encoded.substring(SHA1_PREFIX.length());
            require(digest.length() == 28 && digest.endsWith("=") && isBase64(digest.substring(0, 27), "+/"));
            return new Sha1(encoded);
        }
        String[] parts = encoded.split("\\$", -1);
        return switch (parts[1]) {
            case "argon2id" -> argon2id(encoded, parts);
            case "apr1" -> apr1(encoded, parts);
            default -> bcrypt(encoded, parts);
        };
    }

    private static Bcrypt bcrypt(String encoded, String[] parts) {
        int cost = Integer.parseInt(parts[2]);
        require(parts.length == 4 && parts[2].length() == 2 && cost >= 4 && cost <= 31);
        require(parts[3].length() == 53 && isBase64(parts[3], "./"));
        return new Bcrypt(encoded, BcryptFunction.getInstanceFromHash(encoded));
    }

    /** Bounds of RFC 9106 §3.1. */
    private static Argon2id argon2id(String encoded, String[] parts) {
        require(parts.length == 6 && isBase64(parts[4], "+/") && isBase64(parts[5], "+/"));
        Argon2Function function = Argon2Function.getInstanceFromHash(encoded);
        int lanes = function.getParallelism();
        require(lanes >= 1 && function.getIterations() >= 1 && function.getMemory() >= 8 * lanes);
        return new Argon2id(encoded, function);
    }

    private static Apr1 apr1(String encoded, String[] parts) {
        require(parts.length == 4 && parts[2].length() <= 8);
        require(parts[3].length() == 22 && isBase64(parts[3], "./"));
        return new Apr1(encoded, parts[2]);
    }

    private static void require(boolean good) {
        if (!good) {
            throw new IllegalArgumentException("damaged");
        }
    }

    private static boolean isBase64(String text, String twoMore) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || twoMore.indexOf(c) >= 0);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A digest that every JDK has. */
    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
