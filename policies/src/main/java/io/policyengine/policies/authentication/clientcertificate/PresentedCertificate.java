package io.policyengine.policies.authentication.clientcertificate;

/** The certificate of a request. */
sealed interface PresentedCertificate {
    /** A request without a certificate. */
    record None() implements PresentedCertificate {}

    /** A request with unreadable facts about its certificate. */
    record Malformed() implements PresentedCertificate {}

    /** A request with one certificate. */
    record One(ClientIdentity certificate) implements PresentedCertificate {}
}
