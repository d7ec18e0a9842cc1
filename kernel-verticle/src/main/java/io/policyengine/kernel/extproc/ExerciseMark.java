package io.policyengine.kernel.extproc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.MultiMap;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The mark of a kernel's warm-up streams in their initial metadata, by which they run in a context independent of the
 * configuration. It consists of 256 random bits that leave the process only on its own connection to itself, and is
 * invalid after the warm-up. From any other client, the field is an ordinary one. Thread-safe.
 */
public final class ExerciseMark {
    /** The name of the metadata field with the mark. */
    public static final String FIELD = "x-policy-engine-exercise";

    private static final int OCTETS = 32;

    private volatile @Nullable Marked now;

    private record Marked(String secret, KernelContext context) {}

    /** Returns a new mark, and invalidates earlier ones. Streams with it run in this context until {@link #end}. */
    public String begin(KernelContext context) {
        byte[] random = new byte[OCTETS];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        now = new Marked(secret, context);
        return secret;
    }

    /** Invalidates the mark. */
    public void end() {
        now = null;
    }

    /** The context of a marked stream, or null for any other. */
    @Nullable
    KernelContext contextOf(MultiMap initialMetadata) {
        Marked marked = now;
        if (marked == null) {
            return null;
        }
        String said = initialMetadata.get(FIELD);
        return said != null && areEqual(marked.secret(), said) ? marked.context() : null;
    }

    /** Compares in constant time. */
    private static boolean areEqual(String secret, String said) {
        return MessageDigest.isEqual(secret.getBytes(US_ASCII), said.getBytes(US_ASCII));
    }
}
