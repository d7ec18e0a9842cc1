package io.policyengine.core.coding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The codings of a body, in the order in which they were applied (field content-encoding, RFC 9110 §8.4). */
public final class ContentCodings {
    /**
     * Maximum number of content codings applied to one body. More codings are of no practical use, and each costs
     * memory.
     */
    private static final int MAX_STACKED = 3;

    private static final ContentCodings IDENTITY = new ContentCodings(List.of());

    private final List<String> tokens;

    private ContentCodings(List<String> tokens) {
        this.tokens = tokens;
    }

    /**
     * Parses all values of the field content-encoding, in order. Case is ignored, {@code x-gzip} is read as {@code
     * gzip}, and {@code identity} and blanks are ignored.
     */
    public static ContentCodings of(List<String> fieldValues) {
        if (fieldValues.isEmpty()) {
            return IDENTITY;
        }
        List<String> tokens = new ArrayList<>();
        for (String value : fieldValues) {
            for (int start = 0; start <= value.length(); ) {
                int comma = value.indexOf(',', start);
                int end = comma < 0 ? value.length() : comma;
                addToken(value.substring(start, end).strip().toLowerCase(Locale.ROOT), tokens);
                start = end + 1;
            }
        }
        return tokens.isEmpty() ? IDENTITY : new ContentCodings(List.copyOf(tokens));
    }

    /**
     * Loads the native libraries of br and zstd. Call before event loops serve traffic: otherwise the first use would
     * load the libraries and block its event loop.
     *
     * @return the reasons why codings cannot be used and their remedies, for the log; empty if all can be used
     */
    public static List<String> loadLibrariesBlocking() {
        return Stream.of(Coding.values())
                .map(Layers::problem)
                .filter(Objects::nonNull)
                .toList();
    }

    public boolean isIdentity() {
        return tokens.isEmpty();
    }

    /**
     * Returns whether the body can be decoded and encoded. It may have at most three codings, and all must be known and
     * usable on this machine.
     */
    public boolean isSupported() {
        return problem() == null;
    }

    /** The reason why the codings are not {@linkplain #isSupported() supported}; empty if they are. */
    public Optional<String> unsupportedReason() {
        return Optional.ofNullable(problem());
    }

    /**
     * Creates a decoder of a body. The decoder holds the output of one chunk and the windows of the codings, up to 16
     * MiB for br.
     * @param maxBytes maximum output of each coding for one chunk, in bytes
     * @throws IllegalStateException if the codings are not {@linkplain #isSupported() supported}
     */
    public BodyCoder decoder(long maxBytes) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("a limit of " + maxBytes + " bytes");
        }
        return LayeredCoder.decoder(supported().reversed(), maxBytes);
    }

    /**
     * Creates an encoder that applies these codings in order.
     * @throws IllegalStateException if the codings are not {@linkplain #isSupported() supported}
     */
    public BodyCoder encoder() {
        return LayeredCoder.encoder(supported());
    }

    /** The codings as in the field content-encoding: {@code gzip, br}; empty for identity. */
    @Override
    public String toString() {
        return String.join(", ", tokens);
    }

    private static void addToken(String token, List<String> tokens) {
        switch (token) {
            case "", "identity" -> {}
            case "x-gzip" -> tokens.add(Coding.GZIP.token());
            default -> tokens.add(token);
        }
    }

    private @Nullable String problem() {
        if (tokens.size() > MAX_STACKED) {
            return tokens.size() + " codings on one body, at most " + MAX_STACKED + " are decoded";
        }
        for (String token : tokens) {
            Coding coding = Coding.of(token);
            String problem = coding == null ? "unknown coding, known are " + known() : Layers.problem(coding);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static String known() {
        return String.join(", ", Stream.of(Coding.values()).map(Coding::token).toList());
    }

    private List<Coding> supported() {
        String problem = problem();
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
        return tokens.stream().map(Coding::of).filter(Objects::nonNull).toList();
    }
}
