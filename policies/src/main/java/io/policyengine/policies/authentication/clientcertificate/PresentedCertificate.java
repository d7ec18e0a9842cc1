package io.policyengine.policies.authentication.clientcertificate;

sealed interface PresentedCertificate {
    record None() implements PresentedCertificate {}

    /** A request with unreadable information about a certificate. */
    record Malformed() implements PresentedCertificate {}

    record One(ClientIdentity certificate) implements PresentedCertificate {}
}
