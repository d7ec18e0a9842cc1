package io.policyengine.kernel.extproc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.MultiMap;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The mark by which the kernel recognizes its own warm-up streams, sent in their initial metadata. Marked streams run
 * in a context that does not depend on the configuration. The mark is 256 random bits that leave the process only on
 * its connection to itself, and it is invalid after the warm-up. From any other client, the field has no meaning.
 * Thread-safe.
 */
public final class ExerciseMark {
    /** The name of the metadata field with the mark. */
    public static final String FIELD = "x-policy-engine-exercise";

    private static final int OCTETS = 32;

    private volatile @Nullable Marked now;

    private record Marked(String secret, KernelContext context) {}

    /**
     * Returns a new mark, and invalidates earlier ones. Streams that carry the mark run in this context until {@link
     * #end}.
     */
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

    /** Returns the context of a marked stream, or null if the stream has no valid mark. */
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
