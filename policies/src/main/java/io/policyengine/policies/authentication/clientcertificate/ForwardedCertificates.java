package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses x-forwarded-client-cert (Envoy's documentation, "HTTP header manipulation"). The field holds comma-separated
 * elements, one per proxy, of semicolon-separated pairs {@code key=value}. Values that contain separators are quoted.
 * Any other syntax makes the whole field malformed, since an element could otherwise be attributed to the wrong proxy.
 */
final class ForwardedCertificates {
    static final String FIELD = "x-forwarded-client-cert";

    /** Keys that may occur only once in an element. By, URI and DNS may be repeated. */
    private static final Set<String> SINGLE = Set.of("hash", "cert", "chain", "subject");

    private static final Set<String> REPEATED = Set.of("by", "uri", "dns");

    private final String text;
    private int at;

    private ForwardedCertificates(String text) {
        this.text = text;
    }

    /**
     * Returns the certificate in one element of x-forwarded-client-cert. Positions are counted from the right, starting
     * with 1.
     */
    static CertificateCredential of(HeaderMap headers, int fromRight, boolean readsCertificate) {
        List<String> fields = headers.getAll(FIELD);
        if (fields.isEmpty()) {
            return new CertificateCredential.None();
        }
        List<Map<String, List<String>>> elements =
                new ForwardedCertificates(Octets.toText(String.join(",", fields))).elements();
        if (elements == null) {
            return new CertificateCredential.Malformed();
        }
        int index = elements.size() - fromRight;
        // Another element may name another client, for whom this one sends the request.
        List<String> proof = elements.size() == 1 ? List.of(FIELD) : List.of();
        return index < 0 ? new CertificateCredential.None() : presented(elements.get(index), readsCertificate, proof);
    }

    private static CertificateCredential presented(
            Map<String, List<String>> element, boolean readsCertificate, List<String> proof) {
        String fingerprint = HeaderMap.lowerCase(first(element, "hash"));
        if (!ConnectionCertificate.isDigest(fingerprint)) {
            // Envoy writes an element without Hash for a peer that presented no certificate.
            return element.containsKey("hash")
                    ? new CertificateCredential.Malformed()
                    : new CertificateCredential.None();
        }
        List<String> emails = List.of();
        String written = first(element, "cert");
        if (readsCertificate && !written.isEmpty()) {
            List<String> read = WrittenCertificate.emails(written, fingerprint);
            if (read == null) {
                return new CertificateCredential.Malformed();
            }
            emails = read;
        }
        return new CertificateCredential.One(
                new ClientIdentity(
                        first(element, "subject"),
                        element.getOrDefault("uri", List.of()),
                        element.getOrDefault("dns", List.of()),
                        emails,
                        fingerprint),
                proof);
    }

    private static String first(Map<String, List<String>> element, String key) {
        List<String> values = element.get(key);
        return values == null ? "" : values.getFirst();
    }

    /** Parses all elements of the field; returns null if the field is malformed. */
    private @Nullable List<Map<String, List<String>>> elements() {
        List<Map<String, List<String>>> elements = new ArrayList<>();
        do {
            skipBlanks();
            Map<String, List<String>> element = element();
            if (element == null) {
                return null;
            }
            elements.add(element);
            skipBlanks();
        } while (take(','));
        return at == text.length() ? elements : null;
    }

    private @Nullable Map<String, List<String>> element() {
        Map<String, List<String>> element = new HashMap<>();
        do {
            int begin = at;
            while (at < text.length() && Character.isLetter(text.charAt(at))) {
                at++;
            }
            String key = HeaderMap.lowerCase(text.substring(begin, at));
            boolean known = SINGLE.contains(key) ? !element.containsKey(key) : REPEATED.contains(key);
            String value = known && take('=') ? value() : null;
            if (value == null) {
                return null;
            }
            if (!value.isEmpty()) {
                element.computeIfAbsent(key, _ -> new ArrayList<>(2)).add(value);
            }
        } while (take(';'));
        return element;
    }

    /** Parses the value of a pair, which may be empty; returns null if it is malformed. */
    private @Nullable String value() {
        if (take('"')) {
            return quoted();
        }
        int begin = at;
        while (at < text.length() && ",;=\" \t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(begin, at);
    }

    /**
     * Parses a quoted value and keeps its escapes; returns null if it is malformed. Envoy writes subjects in the form
     * of RFC 2253, where a backslash escapes a quote, both in this field and in its attributes.
     */
    private @Nullable String quoted() {
        int begin = at;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        int end = Math.min(at, text.length());
        return take('"') ? text.substring(begin, end) : null;
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private boolean take(char expected) {
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }
}
