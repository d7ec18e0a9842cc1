package io.policyengine.kernel.extproc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.MultiMap;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The mark by which the kernel recognizes the streams of its warm-up requests (the exercise). Such a stream carries the
 * mark in its initial metadata, and runs in a context that does not depend on the configuration. The mark consists of
 * 256 random bits, which leave the process only on its connection to itself. A stream that carries the mark after the
 * exercise is refused, and does not count as an exchange. Other values of the field are ignored. Thread-safe.
 */
public final class ExerciseMark {
    /** The name of the metadata field with the mark. */
    public static final String FIELD = "x-policy-engine-exercise";

    private static final int OCTETS = 32;

    private final String secret;
    private volatile @Nullable KernelContext context;

    /** Creates a mark that no stream carries yet. */
    public ExerciseMark() {
        byte[] random = new byte[OCTETS];
        new SecureRandom().nextBytes(random);
        secret = HexFormat.of().formatHex(random);
    }

    /**
     * Returns the mark. Streams that carry it run in the given context until {@link #end} or the next call of this
     * method.
     */
    public String begin(KernelContext exercise) {
        context = exercise;
        return secret;
    }

    /** Ends the exercise: streams with the mark are refused from now on. */
    public void end() {
        context = null;
    }

    /** Returns the context of marked streams, or null if no exercise is running. */
    @Nullable
    KernelContext context() {
        return context;
    }

    /** Returns whether a stream carries the mark, during the exercise or later. Compares in constant time. */
    boolean isOn(MultiMap initialMetadata) {
        String said = initialMetadata.get(FIELD);
        return said != null && MessageDigest.isEqual(secret.getBytes(US_ASCII), said.getBytes(US_ASCII));
    }
}
