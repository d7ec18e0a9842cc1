package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Authenticates by the certificate that the client presented in TLS.")
record ClientCertificateParams(
        @Doc(
                value = "Subjects that are accepted, as Envoy writes them (RFC 2253).",
                examples = "\"CN=billing,O=Example\"")
        @Nullable
        StringOrList subjects,

        @Doc(
                value = "Subject alternative names that are accepted.",
                examples = "{\"uri\": \"spiffe://example.org/ns/prod/*\"}")
        @Nullable
        AlternativeNames sans,

        @Doc(
                value = "SHA-256 fingerprints of certificates that are accepted, in hexadecimal.",
                examples = "\"99ab9660c4e55f77fd420904b46180434242e63be70f6bb54084c9a4abccc941\"")
        @Nullable
        StringOrList fingerprints,

        @Doc("True to refuse requests without a certificate; false to pass them without an identity. A certificate "
                + "that is not accepted is always refused.")
        @Default("true")
        boolean required,

        @Doc("Source of the certificate: connection is the client's TLS connection to Envoy; forwarded is the field "
                + "x-forwarded-client-cert, written by Envoy or by a proxy before it.")
        @Default("\"connection\"")
        Source source,

        @Doc("Position of the element of x-forwarded-client-cert to use if source is forwarded, counted from the "
                + "right. It equals the number of proxies that append to the field, including this Envoy.")
        @Default("1")
        @Range(min = 1, max = 100)
        int trustedHops,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {
    @Doc("Source of the certificate.")
    enum Source {
        /** Envoy's attributes {@code connection.*}. */
        CONNECTION,
        /** The field {@code x-forwarded-client-cert}. */
        FORWARDED
    }

    @Doc("Subject alternative names that are accepted: one of them is enough.")
    record AlternativeNames(
            @Doc(
                    value = "URIs; one that ends in * is a prefix.",
                    examples = "[\"spiffe://example.org/billing\", \"spiffe://example.org/ns/prod/*\"]")
            @Nullable
            StringOrList uri,

            @Doc(
                    value = "Host names; *.example.com matches all names with exactly one label in place of *.",
                    examples = "\"*.services.example.com\"")
            @Nullable
            StringOrList dns,

            @Doc(
                    value = "E-mail addresses, which only a complete forwarded certificate (Cert) contains.",
                    examples = "\"billing@example.com\"")
            @Nullable
            StringOrList email) {}
}
