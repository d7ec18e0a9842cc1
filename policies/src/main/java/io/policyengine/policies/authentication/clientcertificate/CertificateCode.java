package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code clientCertificate} denies. */
enum CertificateCode implements DenialCode {
    CLIENT_CERTIFICATE_MISSING(
            "Have the client present a certificate. Configure Envoy to request it, and to send the attributes "
                    + "`connection.*`."),
    CLIENT_CERTIFICATE_MALFORMED("Check what Envoy sends: its attributes, or `x-forwarded-client-cert`."),
    CLIENT_CERTIFICATE_DENIED("Add the certificate's name or fingerprint to the accepted ones.");

    private final String remedy;

    CertificateCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
