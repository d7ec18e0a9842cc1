package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.util.List;

final class ClientCertificatePolicy implements Policy {
    private static final Denial MISSING = new Denial(
            401,
            CertificateCode.CLIENT_CERTIFICATE_MISSING,
            "A client certificate is required",
            DenialReason.AUTHENTICATION_FAILED);
    private static final Denial MALFORMED = new Denial(
            401,
            CertificateCode.CLIENT_CERTIFICATE_MALFORMED,
            "The client certificate cannot be read",
            DenialReason.AUTHENTICATION_FAILED);
    private static final Denial DENIED = new Denial(
            403,
            CertificateCode.CLIENT_CERTIFICATE_DENIED,
            "The client certificate is not accepted",
            DenialReason.UNAUTHORIZED);

    private final ClientCertificateParams params;
    private final AcceptedCertificates accepted;
    private final boolean readsCertificate;
    private final Future<RequestOutcome> missing;
    private final Future<RequestOutcome> malformed;
    private final Future<RequestOutcome> denied;

    ClientCertificatePolicy(ClientCertificateParams params, AcceptedCertificates accepted, boolean readsCertificate) {
        this.params = params;
        this.accepted = accepted;
        this.readsCertificate = readsCertificate;
        this.missing = challenge(MISSING);
        this.malformed = challenge(MALFORMED);
        this.denied = RequestOutcome.respond(DENIED.response(params.denialFormat()));
    }

    /** Returns the denial with the challenge that a 401 must have (RFC 9110 §15.5.2). */
    private Future<RequestOutcome> challenge(Denial denial) {
        return RequestOutcome.respond(
                denial.response(params.denialFormat()).withHeader("www-authenticate", "Client-Certificate"));
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return switch (presented(context)) {
            case CertificateCredential.None _ ->
                params.required() ? missing : IdentityHeaders.passWithoutCredential(context.metadata());
            case CertificateCredential.Malformed _ -> malformed;
            case CertificateCredential.One(ClientIdentity certificate, List<String> proof) ->
                accepted.include(certificate) && IdentityHeaders.isLegalId(certificate.id())
                        ? pass(certificate, proof)
                        : denied;
        };
    }

    private static Future<RequestOutcome> pass(ClientIdentity certificate, List<String> proof) {
        List<RequestInstruction> instructions = IdentityHeaders.announce(certificate.identity());
        instructions.add(Identity.provenBy(proof));
        return RequestOutcome.proceed(instructions);
    }

    private CertificateCredential presented(RequestContext context) {
        return switch (params.source()) {
            case CONNECTION -> ConnectionCertificate.of(context.request());
            case FORWARDED ->
                ForwardedCertificates.of(context.request().headers(), params.trustedHops(), readsCertificate);
        };
    }
}
