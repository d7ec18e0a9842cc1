package io.policyengine.policies.content.xmlthreatprotection;

import io.policyengine.core.http.HeaderMap;
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
import io.policyengine.policies.content.shared.threats.ThreatProtectionPolicy;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.format.xml.XmlTypes;

/** Creates the policy {@code xmlThreatProtection}. */
@Descriptor(
        name = "xmlThreatProtection",
        version = "1.0.0",
        family = Family.CONTENT,
        summary = "Denies XML bodies that are malformed, or built to exhaust the servers that parse them.",
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED_OR_STREAMING,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS, Fact.JUDGES_CONTENT},
        codes = XmlThreatCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class XmlThreatProtectionFactory implements PolicyFactory<XmlThreatProtectionParams> {
    @Override
    public Policy create(XmlThreatProtectionParams params, PolicyEnvironment env) {
        XmlLimits limits = params.limits();
        XmlDenials denials = new XmlDenials(limits, params.denialFormat());
        return new ThreatProtectionPolicy(
                headers -> new XmlBodyScan(env, limits, denials, headers, mustBeXml(params, headers)),
                headers -> mustBeXml(params, headers) ? new XmlBodyScan(env, limits, denials, headers, true) : null,
                XmlDenials.RESPONSE,
                params.denialFormat());
    }

    private static boolean mustBeXml(XmlThreatProtectionParams params, HeaderMap headers) {
        return params.anyContentType() || MediaTypes.of(headers).mayBe(XmlTypes::isXml);
    }
}
