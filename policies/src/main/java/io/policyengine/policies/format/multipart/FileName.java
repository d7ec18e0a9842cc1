package io.policyengine.policies.format.multipart;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.PercentCoding;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file name of a part. Clients of .NET write it twice, as {@code filename} and as {@code filename*} (RFC 8187).
 * Both must state the same name; {@code filename} may be an {@linkplain EncodedWord encoded word}.
 */
final class FileName {
    private static final String PREFIX = "utf-8''";

    private FileName() {}

    /**
     * Returns the decoded name; empty if the part states none.
     *
     * @param plain the parameter {@code filename}, as octets
     * @param extended the parameter {@code filename*}
     * @throws MultipartFault if servers may read another name
     */
    static Optional<String> of(@Nullable String plain, @Nullable String extended) throws MultipartFault {
        if (extended == null) {
            return plain == null ? Optional.empty() : Optional.of(Octets.toText(decoded(plain)));
        }
        if (plain == null) {
            throw MultipartFault.malformed("a part has filename* but no filename");
        }
        String named = HeaderMap.lowerCase(extended).startsWith(PREFIX)
                ? PercentCoding.decode(extended.substring(PREFIX.length()), false)
                : null;
        if (named == null || !isSame(plain, Octets.fromText(named))) {
            throw MultipartFault.malformed("a part has two file names");
        }
        return Optional.of(named);
    }

    private static String decoded(String plain) throws MultipartFault {
        if (!EncodedWord.isIn(plain)) {
            return plain;
        }
        return EncodedWord.decoded(plain)
                .orElseThrow(() -> MultipartFault.malformed("a part has a file name that servers decode differently"));
    }

    private static boolean isSame(String plain, String octets) {
        if (!EncodedWord.isIn(plain)) {
            return plain.equals(octets);
        }
        boolean isClean = octets.chars().allMatch(c -> c >= ' ' && c != 0x7F);
        return isClean && EncodedWord.decoded(plain).filter(octets::equals).isPresent();
    }
}
