package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.policies.shared.digest.Sha256;
import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses a complete certificate in x-forwarded-client-cert, in percent-encoded PEM. */
final class WrittenCertificate {
    /** The tag of rfc822Name in GeneralName (RFC 5280 §4.2.1.6). */
    private static final Integer EMAIL = 1;

    private WrittenCertificate() {}

    /**
     * Returns the e-mail addresses among the subject alternative names; null if the certificate is unreadable, or does
     * not have this fingerprint.
     */
    static @Nullable List<String> emails(String percentEncoded, String fingerprint) {
        try {
            String pem = URLDecoder.decode(percentEncoded.replace("+", "%2B"), StandardCharsets.UTF_8);
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            return Sha256.of(certificate.getEncoded()).toHex().equals(fingerprint)
                    ? emails(certificate.getSubjectAlternativeNames())
                    : null;
        } catch (CertificateException | IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static List<String> emails(@Nullable Collection<List<?>> names) {
        List<String> emails = new ArrayList<>(1);
        if (names != null) {
            for (List<?> name : names) {
                if (EMAIL.equals(name.getFirst()) && name.getLast() instanceof String email) {
                    emails.add(email);
                }
            }
        }
        return emails;
    }
}
