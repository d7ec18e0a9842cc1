package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import java.util.ArrayList;
import java.util.List;

/** Creates the policy {@code clientCertificate}. */
@Descriptor(
        name = "clientCertificate",
        version = "1.0.0",
        family = Family.AUTHENTICATION,
        phases = Phase.REQUEST,
        facts = {Fact.PROVIDES_IDENTITY, Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        codes = CertificateCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class ClientCertificateFactory implements PolicyFactory<ClientCertificateParams> {
    @Override
    public EntryFacts facts(ClientCertificateParams params, Phase phase) {
        EntryFacts facts =
                PolicyFactory.super.facts(params, phase).with(HeaderUse.Action.IDENTITY, IdentityHeaders.ALL);
        if (params.source() == ClientCertificateParams.Source.FORWARDED) {
            facts = facts.with(HeaderUse.Action.READS, List.of(ForwardedCertificates.FIELD));
        }
        return params.required()
                ? facts.with(Fact.DENIES_ANONYMOUS).with(HeaderUse.Action.SETS, List.of(IdentityHeaders.USER_ID))
                : facts.passing(Leniency.Occasion.NO_CREDENTIALS, "/required");
    }

    @Override
    public Policy create(ClientCertificateParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        AcceptedCertificates accepted = AcceptedCertificates.of(params, problems);
        boolean byEmail = params.sans() != null && params.sans().email() != null;
        if (byEmail && params.source() == ClientCertificateParams.Source.CONNECTION) {
            problems.add(new ParamProblem(
                    "/sans/email",
                    "Envoy does not report e-mail addresses for source connection: set source to forwarded, and cert "
                            + "to true in Envoy's set_current_client_cert_details"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new ClientCertificatePolicy(params, accepted, byEmail);
    }
}
