package io.policyengine.admin.access;

import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the management API. They are read again when their files change. A lookup compares the digest of the
 * presented token with every configured digest, so timing reveals nothing. Thread-safe, except that file checks must
 * run one at a time.
 */
public final class AdminTokens {
    /**
     * Maximum characters of a token that a caller presents. A longer token is rejected without computing its digest.
     */
    private static final int LONGEST_SHOWN = 1024;

    private final List<TokenFile> files;
    private final @Nullable Known fixed;
    private final int configured;
    private volatile List<Known> known;
    private volatile List<String> failures = List.of();

    private static final class Known {
        final String name;
        final AdminRole role;
        final byte[] digest;

        Known(String name, AdminRole role, byte[] digest) {
            this.name = name;
            this.role = role;
            this.digest = digest;
        }
    }

    /**
     * Creates the tokens of a configuration, without reading their files.
     *
     * @param directory the directory against which relative paths are resolved
     */
    public AdminTokens(ObservabilityConfig config, Path directory) {
        String token = config.adminToken();
        this.fixed = token == null ? null : new Known("admin_token", AdminRole.WRITE, sha256(token));
        this.files = config.adminTokens().stream()
                .map(one -> new TokenFile(one, directory))
                .toList();
        this.configured = files.size() + (fixed == null ? 0 : 1);
        this.known = fixed == null ? List.of() : List.of(fixed);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Reads the token files that have changed. */
    public void lookBlocking() {
        List<Known> valid = new ArrayList<>();
        if (fixed != null) {
            valid.add(fixed);
        }
        for (TokenFile file : files) {
            file.lookBlocking();
            byte[] digest = file.digest();
            if (digest != null) {
                valid.add(new Known(file.token().name(), file.token().role(), digest));
            }
        }
        // Failures first, so that the reason is available as soon as a token is rejected.
        failures =
                files.stream().map(TokenFile::failure).filter(Objects::nonNull).toList();
        known = List.copyOf(valid);
    }

    /**
     * Records that the files could not be read in time. The tokens that were read last remain valid.
     *
     * @param why the human-readable reason
     */
    public void unanswered(String why) {
        failures = List.of(why);
    }

    /** Returns whether no token is configured, not even an invalid one. */
    public boolean isEmpty() {
        return configured == 0;
    }

    /** Returns human-readable reasons why configured tokens are invalid. */
    public List<String> failures() {
        return failures;
    }

    /**
     * Returns the caller to whom the presented token belongs.
     *
     * @return null if the token is invalid
     */
    public @Nullable Caller find(String shown, String peer) {
        if (shown.length() > LONGEST_SHOWN) {
            return null;
        }
        byte[] digest = sha256(shown);
        Caller found = null;
        for (Known token : known) {
            // Compares with all tokens, so that timing reveals nothing.
            if (MessageDigest.isEqual(token.digest, digest) && found == null) {
                found = new Caller(token.name, peer, token.role);
            }
        }
        return found;
    }
}
