package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes {@code clientCertificate}. */
@Standing(status = Standing.Status.BETA, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class ClientCertificateFactory implements PolicyFactory<ClientCertificateParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "clientCertificate",
            "1.0.0",
            "Authenticates by the certificate that the client presented in TLS.",
            Set.of(Phase.REQUEST),
            Set.of(Fact.PROVIDES_IDENTITY, Fact.MAY_DENY));

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<ClientCertificateParams> paramsType() {
        return ClientCertificateParams.class;
    }

    @Override
    public EntryFacts facts(ClientCertificateParams params, Phase phase) {
        EntryFacts facts = EntryFacts.of(DESCRIPTOR.facts()).with(HeaderUse.Action.IDENTITY, IdentityHeaders.ALL);
        if (params.source() == ClientCertificateParams.Source.FORWARDED) {
            facts = facts.with(HeaderUse.Action.READS, List.of(ForwardedCertificates.FIELD));
        }
        return params.required()
                ? facts.with(Fact.DENIES_ANONYMOUS).with(HeaderUse.Action.SETS, List.of(IdentityHeaders.USER_ID))
                : facts;
    }

    @Override
    public Policy create(ClientCertificateParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        AcceptedCertificates accepted = AcceptedCertificates.of(params, problems);
        boolean byEmail = params.sans() != null && params.sans().email() != null;
        if (byEmail && params.source() == ClientCertificateParams.Source.CONNECTION) {
            problems.add(new ParamProblem(
                    "/sans/email",
                    "Envoy tells no e-mail addresses of its connection: use source forwarded, with cert in Envoy's"
                            + " set_current_client_cert_details"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new ClientCertificatePolicy(params, accepted, byEmail);
    }
}
