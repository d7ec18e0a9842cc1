package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.authentication.clientcertificate.ClientCertificateParams.AlternativeNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that an entry accepts. For each configured condition, at least one of the certificate's values must
 * match. Immutable.
 */
final class AcceptedCertificates {
    private static final String ANY_LABEL = "*.";

    private final @Nullable Set<String> subjects;
    private final @Nullable Set<String> fingerprints;
    private final boolean byName;
    private final List<String> uris;
    private final List<String> dnsNames;
    private final List<String> emails;

    private AcceptedCertificates(ClientCertificateParams params, @Nullable Set<String> fingerprints) {
        AlternativeNames names = params.sans();
        this.subjects =
                params.subjects() == null ? null : Set.copyOf(params.subjects().values());
        this.fingerprints = fingerprints;
        this.byName = names != null;
        this.uris = valuesOf(names == null ? null : names.uri());
        this.dnsNames = valuesOf(names == null ? null : names.dns()).stream()
                .map(HeaderMap::lowerCase)
                .toList();
        this.emails = valuesOf(names == null ? null : names.email());
    }

    static AcceptedCertificates of(ClientCertificateParams params, List<ParamProblem> problems) {
        AlternativeNames names = params.sans();
        if (names != null && names.uri() == null && names.dns() == null && names.email() == null) {
            problems.add(new ParamProblem("/sans", "no name is accepted: give uri, dns or email"));
        }
        checkWildcards(
                valuesOf(names == null ? null : names.uri()), "/sans/uri", problems, AcceptedCertificates::isUri);
        checkWildcards(
                valuesOf(names == null ? null : names.dns()), "/sans/dns", problems, AcceptedCertificates::isDns);
        return new AcceptedCertificates(params, fingerprints(params.fingerprints(), problems));
    }

    private static List<String> valuesOf(@Nullable StringOrList list) {
        return list == null ? List.of() : list.values();
    }

    /** A check of name patterns, which returns the fault of a pattern, or null. */
    private interface Rule {
        @Nullable
        String fault(String pattern);
    }

    private static @Nullable String isUri(String pattern) {
        int star = pattern.indexOf('*');
        int authority = pattern.indexOf("://") + "://".length();
        return star < 0 || (star == pattern.length() - 1 && pattern.indexOf('/', authority) > authority)
                ? null
                : "a * is permitted only at the end, after a host and a slash: spiffe://example.org/ns/*";
    }

    private static @Nullable String isDns(String pattern) {
        int star = pattern.lastIndexOf('*');
        return star < 0 || (star == 0 && pattern.startsWith(ANY_LABEL) && pattern.length() > ANY_LABEL.length())
                ? null
                : "a * is permitted only in place of the first label: *.example.com";
    }

    private static void checkWildcards(List<String> patterns, String pointer, List<ParamProblem> problems, Rule rule) {
        for (int i = 0; i < patterns.size(); i++) {
            String fault = rule.fault(patterns.get(i));
            if (fault != null) {
                problems.add(new ParamProblem(pointer + "/" + i, fault));
            }
        }
    }

    private static @Nullable Set<String> fingerprints(@Nullable StringOrList written, List<ParamProblem> problems) {
        if (written == null) {
            return null;
        }
        List<String> digests = new ArrayList<>(written.values().size());
        for (int i = 0; i < written.values().size(); i++) {
            String digest = HeaderMap.lowerCase(written.values().get(i).replace(":", ""));
            if (!ConnectionCertificate.isDigest(digest)) {
                problems.add(new ParamProblem(
                        "/fingerprints/" + i,
                        "a SHA-256 fingerprint has 64 hexadecimal digits, with or without colons"));
            }
            digests.add(digest);
        }
        return Set.copyOf(digests);
    }

    boolean include(ClientIdentity certificate) {
        return (subjects == null || subjects.contains(certificate.subject()))
                && (fingerprints == null || fingerprints.contains(certificate.fingerprint()))
                && (!byName || hasName(certificate));
    }

    private boolean hasName(ClientIdentity certificate) {
        return certificate.uris().stream().anyMatch(this::acceptsUri)
                || certificate.dnsNames().stream().anyMatch(this::acceptsDns)
                || certificate.emails().stream().anyMatch(emails::contains);
    }

    /**
     * Returns whether a URI is accepted. A URI with {@code /..} is never accepted by prefix, since it would leave the
     * prefix.
     */
    private boolean acceptsUri(String uri) {
        for (String pattern : uris) {
            boolean prefix = pattern.endsWith("*");
            if (prefix
                    ? uri.startsWith(pattern.substring(0, pattern.length() - 1)) && !uri.contains("/..")
                    : uri.equals(pattern)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a host name is accepted. A wildcard matches exactly one label (RFC 9525 §6.3). */
    private boolean acceptsDns(String written) {
        String name = HeaderMap.lowerCase(written);
        for (String pattern : dnsNames) {
            boolean matches = pattern.startsWith(ANY_LABEL)
                    ? name.indexOf('.') > 0 && name.substring(name.indexOf('.')).equals(pattern.substring(1))
                    : name.equals(pattern);
            if (matches) {
                return true;
            }
        }
        return false;
    }
}
