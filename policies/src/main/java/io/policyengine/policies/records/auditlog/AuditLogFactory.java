package io.policyengine.policies.records.auditlog;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.chain.CheckpointKey;
import io.policyengine.policies.records.shared.exchangerecord.HeaderChoice;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Creates the policy {@code auditLog}. */
@Descriptor(
        name = "auditLog",
        version = "1.0.0",
        family = Family.RECORDS,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED,
        responseBody = BodyNeed.BUFFERED,
        keepsRequestBody = true,
        facts = {Fact.USES_IDENTITY, Fact.DECLARES_ALL_EFFECTS},
        endAccuracy = EndAccuracy.STREAM,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class AuditLogFactory implements PolicyFactory<AuditLogParams> {
    @Override
    public BodyNeed bodyNeed(AuditLogParams params, Phase phase) {
        boolean isRead = switch (phase) {
            case REQUEST -> params.logRequestBody();
            case RESPONSE -> params.logResponseBody();
        };
        return isRead ? BodyNeed.BUFFERED : BodyNeed.NONE;
    }

    @Override
    public boolean keepsRequestBody(AuditLogParams params) {
        return params.logRequestBody();
    }

    @Override
    public EntryFacts facts(AuditLogParams params, Phase phase) {
        return switch (phase) {
            // The policy precedes authentication on purpose, so that it also records denied requests.
            case REQUEST ->
                EntryFacts.of(Set.of(Fact.DECLARES_ALL_EFFECTS)).with(HeaderUse.Action.READS, params.requestHeaders());
            case RESPONSE ->
                PolicyFactory.super.facts(params, phase).with(HeaderUse.Action.READS, params.responseHeaders());
        };
    }

    @Override
    public Policy create(AuditLogParams params, PolicyEnvironment env) {
        RecordRedaction redaction = redaction(params);
        AuditRecord form = new AuditRecord(
                env.route(),
                params.fields(),
                new HeaderChoice(params.requestHeaders()),
                new HeaderChoice(params.responseHeaders()));
        return new AuditLogPolicy(
                params, sink(params, env), new Bodies(redaction, params.maxBodyBytes(), env), form, env);
    }

    private static RecordRedaction redaction(AuditLogParams params) {
        try {
            return new RecordRedaction(params.redact());
        } catch (IllegalArgumentException malformed) {
            throw new InvalidParamsException("/redact", String.valueOf(malformed.getMessage()));
        }
    }

    private static Sink sink(AuditLogParams params, PolicyEnvironment env) {
        Optional<Sealing> sealing = sealing(params);
        try {
            return env.sink(params.sink(), sealing);
        } catch (InvalidParamsException unusable) {
            throw unusable.at("/sink");
        }
    }

    private static Optional<Sealing> sealing(AuditLogParams params) {
        String pem = params.signingKey();
        if (!params.chain()) {
            if (pem != null) {
                throw new InvalidParamsException("/signing_key", "only a chain has checkpoints: add 'chain: true'");
            }
            return Optional.empty();
        }
        return Optional.of(new Sealing(
                Optional.ofNullable(pem).map(AuditLogFactory::key),
                params.checkpointEntries(),
                Duration.ofSeconds(params.checkpointS())));
    }

    private static CheckpointKey key(String pem) {
        try {
            return CheckpointKey.parse(pem);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidParamsException("/signing_key", String.valueOf(malformed.getMessage()));
        }
    }
}
