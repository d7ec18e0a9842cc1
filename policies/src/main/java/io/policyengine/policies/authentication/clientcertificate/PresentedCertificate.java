package io.policyengine.policies.authentication.clientcertificate;

sealed interface PresentedCertificate {
    record None() implements PresentedCertificate {}

    /** A request whose facts about a certificate are unreadable. */
    record Malformed() implements PresentedCertificate {}

    record One(ClientIdentity certificate) implements PresentedCertificate {}
}
