package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.core.policy.Identity;
import java.util.List;

sealed interface CertificateCredential {
    record None() implements CertificateCredential {}

    /** A request with unreadable information about a certificate. */
    record Malformed() implements CertificateCredential {}

    /**
     * A request with one certificate.
     *
     * @param proof the request fields that hold only the certificate, in the notation of {@link Identity#PROOF}
     */
    record One(ClientIdentity certificate, List<String> proof) implements CertificateCredential {}
}
