package io.policyengine.kernel.extproc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.MultiMap;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The mark of a kernel's warm-up streams in their initial metadata: they run in a separate context, independent of the
 * configuration. It consists of 256 random bits that leave the process only on its own connection to itself, and are
 * invalid after the warm-up. Any other client's field is an ordinary one. Thread-safe.
 */
public final class ExerciseMark {
    /** The field that carries it. */
    public static final String FIELD = "x-policy-engine-exercise";

    private static final int OCTETS = 32;

    private volatile @Nullable Marked now;

    private record Marked(String secret, KernelContext context) {}

    /** Returns a new mark: streams that carry it run in this context until {@link #end}. Earlier marks no longer count. */
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

    /** The context of a stream that is marked; null for all others. */
    @Nullable
    KernelContext contextOf(MultiMap initialMetadata) {
        Marked marked = now;
        if (marked == null) {
            return null;
        }
        String said = initialMetadata.get(FIELD);
        return said != null && areEqual(marked.secret(), said) ? marked.context() : null;
    }

    /** Compares in constant time, independent of the first difference. */
    private static boolean areEqual(String secret, String said) {
        return MessageDigest.isEqual(secret.getBytes(US_ASCII), said.getBytes(US_ASCII));
    }
}
