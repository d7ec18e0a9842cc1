package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.shared.threats.BodyScan;
import io.policyengine.policies.content.shared.threats.ThreatProtectionPolicy;
import io.policyengine.policies.format.json.JsonLimits;
import java.util.function.Function;

/** Creates the policy {@code jsonThreatProtection}. */
@Descriptor(
        name = "jsonThreatProtection",
        version = "1.0.0",
        family = Family.CONTENT,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED_OR_STREAMING,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS, Fact.JUDGES_CONTENT},
        codes = JsonThreatCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class JsonThreatProtectionFactory implements PolicyFactory<JsonThreatProtectionParams> {
    @Override
    public Policy create(JsonThreatProtectionParams params, PolicyEnvironment env) {
        JsonLimits limits = params.limits();
        JsonDenials denials = new JsonDenials(limits, params.denialFormat());
        Function<HeaderMap, BodyScan<?>> scan = headers -> new JsonBodyScan(
                env,
                limits,
                denials,
                headers,
                params.anyContentType() || MediaTypes.of(headers).mayBe(JsonTypes::isJson));
        return new ThreatProtectionPolicy(scan, scan, JsonDenials.RESPONSE, params.denialFormat());
    }
}
