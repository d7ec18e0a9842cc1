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
 * The tokens of the management API. Changed files are read again. A lookup takes one digest and one comparison with
 * each, for any presented token. Thread-safe, except that checks of files run one at a time.
 */
public final class AdminTokens {
    /** Longer than any token; nobody computes on more. */
    private static final int LONGEST_SHOWN = 1024;

    private final List<TokenFile> files;
    private final @Nullable Known fixed;
    private final int configured;
    private volatile List<Known> known;
    private volatile List<String> failures = List.of();

    /** A valid token. */
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
     * The tokens of a configuration, whose files were not looked at yet.
     *
     * @param directory what their paths are relative to
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

    /** Looks at all files. */
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
        // Whoever is refused, or let in again, can be told why at once.
        failures =
                files.stream().map(TokenFile::failure).filter(Objects::nonNull).toList();
        known = List.copyOf(valid);
    }

    /**
     * A look has not come to its end: what the files said before stays valid.
     *
     * @param why for people
     */
    public void unanswered(String why) {
        failures = List.of(why);
    }

    /** True if there are none, valid or not. */
    public boolean isEmpty() {
        return configured == 0;
    }

    /** True if a token is needed even to look. */
    public boolean guardsReading() {
        return fixed != null;
    }

    /** The reasons why tokens are not valid that should be, for people. */
    public List<String> failures() {
        return failures;
    }

    /**
     * The caller that shows this token.
     *
     * @return null if it is not valid
     */
    public @Nullable Caller find(String shown, String peer) {
        if (shown.length() > LONGEST_SHOWN) {
            return null;
        }
        byte[] digest = sha256(shown);
        Caller found = null;
        for (Known token : known) {
            // All of them, so that the time does not tell which one is nearly right.
            if (MessageDigest.isEqual(token.digest, digest) && found == null) {
                found = new Caller(token.name, peer, token.role);
            }
        }
        return found;
    }
}
