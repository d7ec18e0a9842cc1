package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.core.http.RequestView;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The certificate of the client's connection to Envoy, read from Envoy's attributes. Envoy reports only the first
 * alternative name of each kind.
 */
final class ConnectionCertificate {
    private static final String MTLS = "connection.mtls";
    private static final String SUBJECT = "connection.subject_peer_certificate";
    private static final String URI = "connection.uri_san_peer_certificate";
    private static final String DNS = "connection.dns_san_peer_certificate";
    private static final String DIGEST = "connection.sha256_peer_certificate_digest";
    private static final int DIGEST_DIGITS = 64;

    private ConnectionCertificate() {}

    static CertificateCredential of(RequestView request) {
        Map<String, String> attributes = request.attributes();
        if (!"true".equals(attributes.get(MTLS))) {
            return new CertificateCredential.None();
        }
        String fingerprint = attributes.getOrDefault(DIGEST, "");
        if (!isDigest(fingerprint)) {
            return new CertificateCredential.Malformed();
        }
        return new CertificateCredential.One(
                new ClientIdentity(
                        attributes.getOrDefault(SUBJECT, ""),
                        listOf(attributes.getOrDefault(URI, "")),
                        listOf(attributes.getOrDefault(DNS, "")),
                        List.of(),
                        fingerprint),
                List.of());
    }

    /** Returns whether the text is a SHA-256 in lower-case hexadecimal. */
    static boolean isDigest(String text) {
        return text.length() == DIGEST_DIGITS
                && text.chars().allMatch(c -> HexFormat.isHexDigit(c) && (c < 'A' || c > 'F'));
    }

    private static List<String> listOf(String text) {
        return text.isEmpty() ? List.of() : List.of(text);
    }
}
