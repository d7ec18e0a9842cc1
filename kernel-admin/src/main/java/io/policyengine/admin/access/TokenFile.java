package io.policyengine.admin.access;

import com.google.re2j.Pattern;
import io.policyengine.core.config.ObservabilityConfig.AdminToken;
import io.policyengine.core.config.files.FileFingerprint;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.log.LogFields;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A token's file, and the result of the last time it was read. While the token is valid, a changed file is read again
 * when two consecutive checks find it in the same state. While the token is invalid, each check reads the file. The
 * token is invalid if the file is unreadable or contains no valid token. Not thread-safe.
 */
final class TokenFile {
    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);

    /** Maximum bytes of a file with a token. */
    private static final long LARGEST = 4096;

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-fA-F]{64}");
    /**
     * The pattern of a token in plain text: b64token of RFC 6750 §2.1, with 16 to 512 characters before the padding. A
     * shorter text could be guessed, or be the beginning of a token that is still being written.
     */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~+/-]{16,512}=*");

    private final AdminToken token;
    private final Path path;
    private FileFingerprint read = FileFingerprint.NONE;
    private FileFingerprint seen = FileFingerprint.NONE;
    private byte @Nullable [] digest;
    private @Nullable String failure;

    TokenFile(AdminToken token, Path directory) {
        this.token = token;
        this.path = directory.resolve(token.file());
    }

    AdminToken token() {
        return token;
    }

    /** Returns the SHA-256 digest of the token, or null if the token is invalid. */
    byte @Nullable [] digest() {
        return digest;
    }

    /** Returns the human-readable reason why the token is invalid, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    void lookBlocking() {
        FileFingerprint now = FileFingerprint.ofBlocking(path);
        boolean settled = now.equals(seen) || digest == null;
        seen = now;
        if (now.equals(FileFingerprint.NONE)) {
            read = now;
            refuse("does not exist, or may not be read");
        } else if (settled && (digest == null || !now.equals(read))) {
            read = now;
            readBlocking();
        }
    }

    private void readBlocking() {
        switch (FileText.readBlocking(path, LARGEST)) {
            case FileText.Content(String text) -> take(text.strip());
            case FileText.Unreadable(String why) -> refuse(why);
        }
    }

    private void take(String text) {
        if (DIGEST.matches(text)) {
            accept(HexFormat.of().parseHex(text, "sha256:".length(), text.length()));
        } else if (PLAIN.matches(text)) {
            byte[] fresh = AdminTokens.sha256(text);
            if (!Arrays.equals(fresh, digest)) {
                LOG.atWarn()
                        .addKeyValue(LogFields.TOKEN, token.name())
                        .log("a token of the management API is kept in plain text: prefer `sha256:` and its digest");
            }
            accept(fresh);
        } else {
            refuse(
                    "holds neither `sha256:` with 64 hexadecimal digits nor a token of 16 to 512 letters, digits and . _ ~ + / -");
        }
    }

    private void accept(byte[] fresh) {
        if (!Arrays.equals(fresh, digest)) {
            LOG.atInfo().addKeyValue(LogFields.TOKEN, token.name()).log("a token of the management API is valid");
        }
        digest = fresh;
        failure = null;
    }

    private void refuse(String why) {
        digest = null;
        String told = "token '" + token.name() + "' of the management API is not valid: its file " + path + " " + why;
        if (!told.equals(failure)) {
            LOG.atError().addKeyValue(LogFields.TOKEN, token.name()).log("{}", told);
        }
        failure = told;
    }
}
