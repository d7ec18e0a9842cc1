package io.policyengine.policies.authentication.basicauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** A stored password hash in one of the supported formats. */
sealed interface PasswordHash {
    String FORMATS = "bcrypt ($2a$, $2b$, $2y$), argon2id ($argon2id$), $apr1$ or {SHA}";

    String SHA1_PREFIX = "{SHA}";

    List<String> PREFIXES = List.of("$2a$", "$2b$", "$2y$", "$argon2id$", Apr1Crypt.PREFIX, SHA1_PREFIX);

    /** Returns the hash as written in the configuration. */
    String encoded();

    /** Returns whether the hash matches this password. Blocks for a few milliseconds up to a second. */
    boolean matchesBlocking(byte[] password);

    /** Returns the maximum heap that one verification of a password needs, in bytes. */
    default long heapBytes() {
        return 64L << 10;
    }

    /** Returns the approximate time of a verification on a typical machine, in nanoseconds. It ranks hashes by cost. */
    long nanos();

    /**
     * A bcrypt hash. Only the first 72 octets of a password matter.
     *
     * @param cost binary logarithm of the number of rounds
     */
    record Bcrypt(String encoded, int cost) implements PasswordHash {
        @Override
        public long nanos() {
            return 50_000L << cost;
        }

        @Override
        public boolean matchesBlocking(byte[] password) {
            return OpenBSDBCrypt.checkPassword(encoded, password);
        }

        @Override
        public String toString() {
            return "Bcrypt[***]";
        }
    }

    /**
     * An Argon2id hash (RFC 9106). Each verification allocates and releases its memory.
     *
     * @param memory memory of a verification, in KiB
     * @param salt salt in Base64 without padding
     * @param tag tag in Base64 without padding
     */
    record Argon2id(String encoded, int version, int memory, int iterations, int lanes, String salt, String tag)
            implements PasswordHash {
        @Override
        public long nanos() {
            return 2_000L * memory * iterations;
        }

        /**
         * Returns the heap that one verification needs, in bytes: blocks of one KiB, the object overhead of each block,
         * and a fixed part.
         */
        @Override
        public long heapBytes() {
            return 1100L * memory + (64L << 10);
        }

        @Override
        public boolean matchesBlocking(byte[] password) {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(version)
                    .withMemoryAsKB(memory)
                    .withIterations(iterations)
                    .withParallelism(lanes)
                    .withSalt(Base64.getDecoder().decode(salt))
                    .build());
            byte[] expected = Base64.getDecoder().decode(tag);
            byte[] actual = new byte[expected.length];
            generator.generateBytes(password, actual);
            return MessageDigest.isEqual(actual, expected);
        }

        @Override
        public String toString() {
            return "Argon2id[***]";
        }
    }

    /**
     * A hash of the {@code $apr1$} scheme: MD5 iterated a thousand times with a salt, the default of Apache's htpasswd.
     */
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

    /** A SHA-1 hash without salt. */
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
     * Parses a hash whose verification needs at most this many bytes of heap.
     *
     * @throws IllegalArgumentException as {@link #parse(String)} does, or if the verification needs more
     */
    static PasswordHash parse(String encoded, long maxHeapBytes) {
        PasswordHash hash = parse(encoded);
        if (hash.heapBytes() > maxHeapBytes) {
            throw new IllegalArgumentException("the verification of the hash takes " + hash.heapBytes()
                    + " bytes of memory, more than the permitted quarter of the heap (" + maxHeapBytes
                    + " bytes): raise the heap (POLICY_ENGINE_HEAP), or hash with a smaller m");
        }
        return hash;
    }

    /**
     * Parses a hash.
     *
     * @throws IllegalArgumentException if the format is unknown or the hash is damaged; the message does not quote the
     *     hash
     */
    static PasswordHash parse(String encoded) {
        if (PREFIXES.stream().noneMatch(encoded::startsWith)) {
            throw new IllegalArgumentException("the hash has an unknown format; supported are " + FORMATS);
        }
        try {
            return parseKnown(encoded);
        } catch (RuntimeException damaged) {
            // The exceptions of a damaged hash vary, and some quote the hash.
            throw new IllegalArgumentException("the hash is damaged; supported are " + FORMATS);
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
        return new Bcrypt(encoded, cost);
    }

    /** Parses an Argon2id hash in the encoding of the reference implementation, within the bounds of RFC 9106 §3.1. */
    private static Argon2id argon2id(String encoded, String[] parts) {
        require(parts.length == 6 && isBase64(parts[4], "+/") && isBase64(parts[5], "+/"));
        int version = number(parts[2], "v=");
        require(version == Argon2Parameters.ARGON2_VERSION_13 || version == Argon2Parameters.ARGON2_VERSION_10);
        String[] costs = parts[3].split(",", -1);
        require(costs.length == 3);
        int memory = number(costs[0], "m=");
        int iterations = number(costs[1], "t=");
        int lanes = number(costs[2], "p=");
        require(lanes >= 1 && lanes < (1 << 24) && iterations >= 1 && memory >= 8L * lanes);
        require(Base64.getDecoder().decode(parts[4]).length >= 1
                && Base64.getDecoder().decode(parts[5]).length >= 4);
        return new Argon2id(encoded, version, memory, iterations, lanes, parts[4], parts[5]);
    }

    private static int number(String written, String name) {
        require(written.startsWith(name));
        return Integer.parseInt(written.substring(name.length()));
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

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
